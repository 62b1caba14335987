using System.Globalization;
using Refit;

namespace Compat.Http.Tests.Refit;

public sealed class RequestTests : IDisposable
{
    private readonly StubHandler _server = new(body: "null");

    public void Dispose() => _server.Dispose();

    private IWorkshop Client => RestService.For<IWorkshop>(new HttpClient(_server) { BaseAddress = new Uri("http://shop.test/api/v2/") });

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a/b?c#d", "a%2Fb%3Fc%23d")]
    [InlineData("50% of Ünïcode", "50%25%20of%20%C3%9Cn%C3%AFcode")]
    [InlineData("//double==", "%2F%2Fdouble%3D%3D")]
    public async Task Path_values_are_escaped_and_follow_the_base_path(string id, string expected)
    {
        await Client.Get(id, TestContext.Current.CancellationToken);
        Assert.Equal($"http://shop.test/api/v2/tools/{expected}", _server.Last.Address);
        Assert.Equal(HttpMethod.Get, _server.Last.Method);
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    public async Task A_path_value_cannot_climb_out_of_the_path(string id)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Client.Get(id, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<ArgumentException>(() => Client.File($"a/{id}/b"));
        Assert.Empty(_server.Requests);
    }

    [Fact]
    public async Task Names_in_the_path_are_matched_without_regard_to_case()
    {
        await Client.CaseOfNamesDoesNotMatter("x", 7);
        Assert.Equal("http://shop.test/api/v2/tools/x/parts/7", _server.Last.Address);
    }

    [Fact]
    public async Task A_catch_all_keeps_its_slashes()
    {
        await Client.File("a b/c?/d");
        Assert.Equal("http://shop.test/api/v2/files/a%20b/c%3F/d", _server.Last.Address);
    }

    [Fact]
    public async Task Simple_parameters_become_the_query_and_nulls_are_dropped()
    {
        await Client.Search("a&b=c", null, used: true);
        Assert.Equal("http://shop.test/api/v2/tools?kind=hand&name=a%26b%3Dc&used=True", _server.Last.Address);

        await Client.Search(null, 3, used: false, new DateOnly(2026, 11, 2), Wear.WornOut);
        Assert.Equal("http://shop.test/api/v2/tools?kind=hand&page=3&used=False&since=2026-11-02&wear=worn-out", _server.Last.Address);
    }

    [Fact]
    public async Task An_object_becomes_the_query_by_alias_then_json_name_then_its_own_name()
    {
        await Client.ByFilter(new Filter("x y", 9.5m, 2, ["a", "b"]));
        Assert.Equal("http://shop.test/api/v2/tools?q=x%20y&max_price=9.5&Page=2&Tags=a&Tags=b", _server.Last.Address);

        await Client.ByFilter(new Filter(null, null, 1));
        Assert.Equal("http://shop.test/api/v2/tools?Page=1", _server.Last.Address);
    }

    [Fact]
    public async Task Values_are_written_the_same_in_every_culture()
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = "," } };
        try
        {
            await Client.ByFilter(new Filter(null, 1.25m, 1));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        Assert.Equal("http://shop.test/api/v2/tools?max_price=1.25&Page=1", _server.Last.Address);
    }

    [Fact]
    public async Task Collections_are_repeated_or_joined_as_stated()
    {
        await Client.ByIds([1, 2], ["a b", "c"]);
        Assert.Equal("http://shop.test/api/v2/tools?id=1&id=2&tag=a%20b%2Cc", _server.Last.Address);
    }

    [Fact]
    public async Task An_object_of_a_post_is_the_body_and_the_rest_is_query()
    {
        await Client.Add(new Tool("Säge", Wear.WornOut), "new");
        Assert.Equal("http://shop.test/api/v2/tools?reason=new", _server.Last.Address);
        Assert.Equal("""{"name":"S\u00E4ge","wear":"wornOut"}""", _server.Last.Body);
        Assert.Equal("application/json; charset=utf-8", _server.Last.Headers["Content-Type"]);
    }

    [Fact]
    public async Task Text_and_streams_are_sent_as_they_are()
    {
        await Client.Note("\"quoted\"");
        Assert.Equal("\"quoted\"", _server.Last.Body);
        await Client.Stream(new MemoryStream("bytes"u8.ToArray()));
        Assert.Equal("bytes", _server.Last.Body);
    }

    [Fact]
    public async Task A_form_is_url_encoded()
    {
        await Client.Token(new TokenRequest("account_credentials", "a b&c"));
        Assert.Equal("grant_type=account_credentials&account_id=a+b%26c", _server.Last.Body);
        Assert.Equal("application/x-www-form-urlencoded", _server.Last.Headers["Content-Type"]);

        await Client.TokenOfPairs(new() { ["x"] = "1 2" });
        Assert.Equal("x=1+2", _server.Last.Body);
    }

    [Fact]
    public async Task The_narrower_header_wins_and_one_without_value_takes_away()
    {
        await Client.Get("1", TestContext.Current.CancellationToken);
        Assert.Equal("interface", _server.Last.Headers["X-Scope"]);
        Assert.Equal("yes", _server.Last.Headers["X-Kept"]);

        await Client.Delete("1", "worn\r\nX-Injected: 1", "token", new Dictionary<string, string> { ["X-More"] = "m" });
        Assert.Equal("method", _server.Last.Headers["X-Scope"]);
        Assert.False(_server.Last.Headers.ContainsKey("X-Kept"));
        Assert.Equal("wornX-Injected: 1", _server.Last.Headers["X-Reason"]);
        Assert.Equal("Bearer token", _server.Last.Headers["Authorization"]);
        Assert.Equal("m", _server.Last.Headers["X-More"]);

        await Client.Delete("1", null, "token");
        Assert.False(_server.Last.Headers.ContainsKey("X-Reason"));
    }

    [Fact]
    public async Task A_header_of_the_content_replaces_that_of_the_body()
    {
        await Client.Patch("1", "{}");
        Assert.Equal("application/merge-patch+json", _server.Last.Headers["Content-Type"]);
        Assert.Equal(HttpMethod.Patch, _server.Last.Method);
    }

    [Fact]
    public void A_client_without_base_address_is_refused_at_the_call() =>
        Assert.Throws<InvalidOperationException>(() => { _ = RestService.For<IWorkshop>(new HttpClient(_server)).Probe(); });
}
