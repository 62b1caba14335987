using System.Text.Json;
using Meetings.ServiceDefaults.Http;
using Microsoft.AspNetCore.Http;

namespace Meetings.ServiceDefaults.Tests;

public sealed class ApiConventionTests
{
    private enum Mark { NotApplicable }

    [Theory]
    [InlineData("2026-09-14T07:30:00+08:00", "\"2026-09-13T23:30:00Z\"")]
    [InlineData("2026-09-14T07:30:00.125Z", "\"2026-09-14T07:30:00.125Z\"")]
    public void Instants_are_written_in_utc(string instant, string json) =>
        Assert.Equal(json, JsonSerializer.Serialize(DateTimeOffset.Parse(instant, null), ApiJson.Options));

    [Fact]
    public void Words_are_written_in_snake_case() => Assert.Equal("\"not_applicable\"", JsonSerializer.Serialize(Mark.NotApplicable, ApiJson.Options));

    [Fact]
    public void A_name_that_comes_twice_is_refused() =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Dictionary<string, int>>("""{"a":1,"a":2}""", ApiJson.Options));

    [Theory, Trait("Acceptance", "S4-06")]
    [InlineData("", 20, 0)]
    [InlineData("?limit=0&offset=-1", 1, 0)]
    [InlineData("?limit=1000000000&offset=40", 100, 40)]
    public async Task Paging_is_clamped(string query, int limit, long offset)
    {
        var context = new DefaultHttpContext { Request = { QueryString = new QueryString(query) } };

        Assert.Equal(new PageRequest(limit, offset), await PageRequest.BindAsync(context));
    }

    [Theory, Trait("Hostile", "55")]
    [InlineData("?limit=ten")]
    [InlineData("?offset=99999999999999999999")]
    public async Task What_is_no_number_is_refused(string query)
    {
        var context = new DefaultHttpContext { Request = { QueryString = new QueryString(query) } };

        await Assert.ThrowsAsync<BadHttpRequestException>(async () => await PageRequest.BindAsync(context));
    }
}
