using Meetings.Meeting.Providers;
using static Meetings.Meeting.Tests.MeetingService;

namespace Meetings.Meeting.Tests.Providers.LiveKit;

/// <summary>Each call behind LiveKit's port, and every wrong answer to it.</summary>
[Trait("Hostile", "65")]
public sealed class LiveKitCallTests(ProvokedLiveKitService livekit) : IClassFixture<ProvokedLiveKitService>, IAsyncLifetime
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await livekit.ResetAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <param name="Attempts">How often it is made before it is given up.</param>
    /// <param name="Changes">Whether it may have been done all the same.</param>
    private sealed record Call(string Method, int Attempts, bool Changes, Func<IMeetingProvider, string, Task> Make);

    // All of a line at once; those that disturb each other's faults stand in different lines.
    private static readonly Call[][] Calls =
    [
        [
            new("ListParticipants", 3, false, (port, room) => port.RoomAsync(room, Ct)),
            new("RemoveParticipant", 3, true, (port, room) => port.RemoveParticipantAsync(room, "somebody", Ct)),
            new("SendData", 1, true, (port, room) => port.SendDataAsync(room, "topic", "x"u8.ToArray(), [], Ct)),
            new("DeleteRoom", 3, true, (port, _) => port.DeleteAsync("no-such-room", Ct)),
        ],
        [
            new("ListRooms", 3, false, (port, room) => port.RoomAsync(room, Ct)),
            new("DeleteRoom", 3, true, (port, _) => port.EndAsync("no-such-room", Ct)),
        ],
    ];

    [Theory]
    [InlineData(401, "invalid token: devkey", "text/plain", "Refused", "unauthenticated")]
    [InlineData(401, """{"code":"unauthenticated","msg":"permissions denied"}""", "application/json", "Refused", "unauthenticated")]
    [InlineData(403, """{"code":"permission_denied","msg":"no"}""", "application/json", "Refused", "permission_denied")]
    [InlineData(400, """{"code":"invalid_argument","msg":"no"}""", "application/json", "Refused", "invalid_argument")]
    [InlineData(409, """{"code":"already_exists","msg":"exists"}""", "application/json", "Refused", "already_exists")]
    [InlineData(412, """{"code":"failed_precondition","msg":"no"}""", "application/json", "Refused", "failed_precondition")]
    [InlineData(401, "<html>Log in</html>", "text/html", "Unavailable", "401")]
    [InlineData(403, "<html>Blocked</html>", "text/html", "Unavailable", "403")]
    [InlineData(404, "404 page not found", "text/plain", "Unavailable", "404")]
    [InlineData(408, """{"code":"deadline_exceeded","msg":"slow"}""", "application/json", "Unavailable", "deadline_exceeded")]
    [InlineData(500, """{"code":"internal","msg":"oops"}""", "application/json", "Unavailable", "internal")]
    [InlineData(503, """{"code":"unavailable","msg":"no response from servers"}""", "application/json", "Unavailable", "unavailable")]
    [InlineData(502, "<html>Bad gateway</html>", "text/html", "Unavailable", "502")]
    [InlineData(500, "", "text/plain", "Unavailable", "500")]
    [InlineData(500, """{"code":7}""", "application/json", "Unavailable", "500")]
    [InlineData(200, "<html>Log in</html>", "text/html", "Unavailable", "200")]
    [InlineData(200, "{}", "application/json", "Unavailable", "200")]
    [InlineData(200, "\u000f\u000f\u000f", "application/protobuf", "Unavailable", null)]
    [InlineData(0, "", "", "Unavailable", null)]
    public async Task A_wrong_answer_is_told_for_what_it_is(int status, string body, string contentType, string failure, string? code)
    {
        // What was refused, or said in gibberish, would be again.
        var once = failure == "Refused" || contentType == "application/protobuf";
        await EachAsync(async (call, room) =>
        {
            await livekit.FailAsync(
                status == 0 ? new { method = call.Method, abort = true } : new { method = call.Method, status, body, contentType }, times: once ? 1 : call.Attempts);

            var told = await FailedAsync(room, call.Make);

            Assert.Equal((failure, code, failure == "Unavailable" && call.Changes), (told.Failure.ToString(), told.Code, told.MayHaveHappened));
            Assert.DoesNotContain("devkey", told.Message, StringComparison.Ordinal);
            // All of the faults are used up, and the next call is answered.
            await WorksAsync(room, call.Make);
        });
    }

    [Theory]
    [InlineData(429, "", null, "429", 1)]
    [InlineData(429, "", 45, "429", 45)]
    [InlineData(429, """{"code":"resource_exhausted","msg":"slow down"}""", 45, "resource_exhausted", 45)]
    [InlineData(503, "", 45, "503", 45)]
    [InlineData(503, "", 0, "503", 0)]
    public async Task A_server_that_asks_for_rest_is_not_asked_again_by_itself(int status, string body, int? retryAfter, string code, int wait)
    {
        await EachAsync(async (call, room) =>
        {
            await livekit.FailAsync(new { method = call.Method, status, body, contentType = "application/json", retryAfter });

            var told = await FailedAsync(room, call.Make);

            Assert.Equal((ProviderFailure.Unavailable, code, TimeSpan.FromSeconds(wait)), (told.Failure, told.Code, told.RetryAfter));
            // What was over the limit was not done.
            Assert.Equal(status != 429 && call.Changes, told.MayHaveHappened);
            await WorksAsync(room, call.Make);
        });
    }

    [Fact]
    public async Task What_is_not_there_is_gone_already_and_nobody_is_in_it()
    {
        const string NotFound = """{"code":"not_found","msg":"requested room does not exist"}""";
        foreach (var call in Calls.SelectMany(calls => calls).Where(call => call.Method is "RemoveParticipant" or "DeleteRoom"))
        {
            await livekit.FailAsync(new { method = call.Method, status = 404, body = NotFound, contentType = "application/json" });
            await WorksAsync("no-such-room", call.Make);
        }

        await livekit.FailAsync(new { method = "ListParticipants", status = 404, body = NotFound, contentType = "application/json" });
        Assert.Empty((await livekit.WithAsync(async port => await port.RoomAsync(await OpenAsync(), Ct)))!.Participants);

        // To somebody who is not there nothing can be said.
        await livekit.FailAsync(new { method = "SendData", status = 404, body = NotFound, contentType = "application/json" });
        var told = await FailedAsync("no-such-room", (port, room) => port.SendDataAsync(room, "topic", default, [], Ct));
        Assert.Equal((ProviderFailure.Refused, "not_found", false), (told.Failure, told.Code, told.MayHaveHappened));
    }

    [Fact]
    public async Task A_moment_of_weakness_is_waited_out_where_nothing_is_done_twice_by_it()
    {
        await EachAsync(async (call, room) =>
        {
            if (call.Attempts == 1) return;
            await livekit.FailAsync(new { method = call.Method, abort = true, hasEffect = true }, times: call.Attempts - 1);
            await WorksAsync(room, call.Make);
        });
    }

    [Fact]
    public async Task What_may_have_been_said_is_not_said_again()
    {
        var room = await OpenAsync();
        await livekit.FailAsync(new { method = "SendData", abort = true, hasEffect = true });

        var told = await FailedAsync(room, (port, name) => port.SendDataAsync(name, "topic", "once"u8.ToArray(), [], Ct));

        Assert.True(told.MayHaveHappened);
        Assert.Single(await livekit.DataAsync(room));
    }

    [Fact]
    public async Task Silence_is_borne_for_about_ten_seconds_by_whatever_call()
    {
        foreach (var call in Calls[0]) await livekit.FailAsync(new { method = call.Method, delaySeconds = 60 });
        var room = await OpenAsync();
        var waited = System.Diagnostics.Stopwatch.StartNew();

        var told = await Task.WhenAll(Calls[0].Select(async call => (call, Failure: await FailedAsync(room, call.Make))));

        Assert.InRange(waited.Elapsed, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(25));
        Assert.All(told, one => Assert.Equal((ProviderFailure.Unavailable, null, one.call.Changes), (one.Failure.Failure, one.Failure.Code, one.Failure.MayHaveHappened)));
    }

    private async Task EachAsync(Func<Call, string, Task> check)
    {
        var room = await OpenAsync();
        foreach (var calls in Calls) await Task.WhenAll(calls.Select(call => check(call, room)));
    }

    private async Task<string> OpenAsync() => Text(await livekit.MeetingAsync(), "providerMeetingId");

    private Task<ProviderException> FailedAsync(string room, Func<IMeetingProvider, string, Task> make) => Assert.ThrowsAsync<ProviderException>(() => WorksAsync(room, make));

    private Task<bool> WorksAsync(string room, Func<IMeetingProvider, string, Task> make) => livekit.WithAsync(async port =>
    {
        await make(port, room);
        return true;
    });
}
