using System.Net;
using Meetings.Contracts.Directory;
using Meetings.ServiceDefaults.Security;

namespace Meetings.ServiceDefaults.Tests.FailedMessages;

/// <summary>Failed messages are for super admins, at the API and in the database.</summary>
public sealed class AccessTests : IAsyncLifetime
{
    private static readonly (HttpMethod Method, string Path)[] Routes =
    [
        (HttpMethod.Get, OperatedService.Path),
        (HttpMethod.Post, $"{OperatedService.Path}/{Guid.NewGuid()}/replay"),
        (HttpMethod.Post, $"{OperatedService.Path}/replay?queue={OperatedService.Queue}"),
        (HttpMethod.Delete, $"{OperatedService.Path}/{Guid.NewGuid()}"),
    ];

    private OperatedService _service = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _service = await OperatedService.StartAsync();

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task Nobody_else_may_look_replay_or_discard()
    {
        foreach (var (method, path) in Routes)
        {
            foreach (var role in new[] { Roles.AcademyAdmin, Roles.Supervisor, Roles.Teacher, Roles.Student })
            {
                using var refused = await _service.AsAsync(role, method, path);
                Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
            }

            using var unknown = await _service.AsAsync(null, method, path);
            Assert.Equal(HttpStatusCode.Unauthorized, unknown.StatusCode);
        }
    }

    [Theory]
    [InlineData("GET", OperatedService.Path + "?state=lost", HttpStatusCode.BadRequest)]
    [InlineData("POST", OperatedService.Path + "/replay", HttpStatusCode.BadRequest)]
    [InlineData("POST", OperatedService.Path + "/0198c0de-0000-7000-8000-000000000000/replay", HttpStatusCode.NotFound)]
    [InlineData("DELETE", OperatedService.Path + "/0198c0de-0000-7000-8000-000000000000", HttpStatusCode.NotFound)]
    public async Task A_question_that_makes_no_sense_is_refused(string method, string path, HttpStatusCode status)
    {
        using var answer = await _service.AsAsync(Roles.SuperAdmin, new HttpMethod(method), path);

        Assert.Equal(status, answer.StatusCode);
    }

    [Fact]
    public async Task What_is_on_its_way_cannot_be_discarded()
    {
        _service.Poison["bad"] = "Not yet";
        await _service.TellAsync("bad");
        var listed = Assert.Single(await _service.ListedAsync(1));
        await _service.AskAsync<object>("update failed_message set state = 'replaying', leased_until = now() + interval '1 hour'");

        using var refused = await _service.AsAsync(Roles.SuperAdmin, HttpMethod.Delete, $"{OperatedService.Path}/{listed.GetProperty("id").GetGuid()}");

        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("failed-message-replaying", await refused.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_database_shows_and_gives_them_to_operators_only_whatever_the_api_lets_through()
    {
        _service.Poison["bad"] = "Not yet";
        await _service.TellAsync("bad");
        await _service.ListedAsync(1);

        Assert.Equal((0, 0, 0), await TouchedByAsync(new Caller(Guid.NewGuid(), Guid.NewGuid(), [Roles.AcademyAdmin, Roles.Supervisor, Roles.Teacher])));
        Assert.Equal((1, 1, 1), await TouchedByAsync(new Caller(Guid.NewGuid(), null, [Roles.SuperAdmin])));

        async Task<(long Seen, int Changed, int Deleted)> TouchedByAsync(Caller caller)
        {
            await using var session = await _service.Database.BeginAsync(caller, Ct);
            return (
                await session.ScalarAsync<long>("select count(*) from failed_message", null, Ct),
                await session.ExecuteAsync("update failed_message set failures = failures", null, Ct),
                await session.ExecuteAsync("delete from failed_message", null, Ct));
        }
    }
}
