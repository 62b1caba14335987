using Meetings.Contracts.Sittings;
using Meetings.Meeting.Reconciliation;
using Meetings.Meeting.Tests.Providers.LiveKit;
using Meetings.Testing;
using Microsoft.Extensions.DependencyInjection;
using static Meetings.Meeting.Tests.MeetingService;

namespace Meetings.Meeting.Tests.Reconciliation;

/// <summary>LiveKit tells nothing here: all that is known of its rooms was asked for.</summary>
public sealed class ReconcilerTests(LiveKitService livekit) : IClassFixture<LiveKitService>, IAsyncLifetime
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await livekit.ResetAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task What_webhooks_did_not_tell_is_known_all_the_same()
    {
        var meeting = await livekit.MeetingAsync();
        var (id, name, came) = (Text(meeting, "id"), Text(meeting, "providerMeetingId"), DateTimeOffset.UtcNow.AddMinutes(-5));
        var student = await livekit.JoinAsync(livekit.School.Student, meeting, came);
        await livekit.JoinAsync(livekit.School.Teacher, meeting, came);

        await AskAsync(name);
        var live = await livekit.Service.UntilAsync(id, m => (int)m["participantCount"]! == 2, "the two who came");
        Assert.Equal("live", Text(live, "state"));
        Assert.Equal(came, live["startedAt"]!.GetValue<DateTimeOffset>(), TimeSpan.FromSeconds(1));

        await livekit.ControlAsync($"rooms/{name}/leave", new { participant = Text(student, "identity") });
        await AskAsync(name);
        Assert.Equal(1, await AbsencesAsync(name));
        await AskAsync(name, later: true);
        await livekit.Service.UntilAsync(id, m => (int)m["participantCount"]! == 1, "the one who went");

        await livekit.ControlAsync($"rooms/{name}/forget");
        await AskAsync(name);
        await AskAsync(name, later: true);
        await livekit.Service.UntilAsync(id, m => Text(m, "state") == "ended", "the end");
        Assert.Equal(0, await AbsencesAsync(name));
    }

    [Fact]
    [Trait("Hostile", "50")]
    public async Task What_LiveKit_says_it_lost_is_asked_for_within_seconds()
    {
        var meeting = await livekit.MeetingAsync();
        var (id, name, now) = (Text(meeting, "id"), Text(meeting, "providerMeetingId"), DateTimeOffset.UtcNow);
        await AskAsync(name);
        await livekit.JoinAsync(livekit.School.Student, meeting);

        await livekit.Service.PublishAsync(new SittingGapReported(Guid.NewGuid(), "livekit", name, null, 7, now, now));

        await livekit.Service.UntilAsync(id, m => Text(m, "state") == "live", "the one who came");
        await Eventually.Holds(async () => await GapsAsync(name) == 0, "the gap to be closed");
    }

    [Fact]
    public async Task A_gap_stays_while_LiveKit_cannot_be_asked()
    {
        var meeting = await livekit.MeetingAsync();
        var (name, now) = (Text(meeting, "providerMeetingId"), DateTimeOffset.UtcNow);
        await livekit.FailAsync(new { method = "ListRooms", status = 503, body = "", contentType = "text/plain" }, times: 1000);
        await livekit.Service.PublishAsync(new SittingGapReported(Guid.NewGuid(), "livekit", name, null, 1, now, now));
        await Eventually.Holds(async () => await GapsAsync(name) == 1, "the gap");

        await Reconciler.RunAsync(Ct);
        Assert.Equal(1, await GapsAsync(name));

        await livekit.ResetAsync();
        await Reconciler.RunAsync(Ct);
        await Eventually.Holds(async () => await GapsAsync(name) == 0, "the gap to be closed");
    }

    [Fact]
    [Trait("Hostile", "50")]
    public async Task A_gap_of_nobody_knows_which_meeting_has_all_of_them_asked()
    {
        var meeting = await livekit.MeetingAsync();
        var (id, name, now) = (Text(meeting, "id"), Text(meeting, "providerMeetingId"), DateTimeOffset.UtcNow);
        await AskAsync(name);
        await livekit.JoinAsync(livekit.School.Student, meeting);

        await livekit.Service.PublishAsync(new SittingGapReported(Guid.NewGuid(), "livekit", null, null, 7, now, now));

        await livekit.Service.UntilAsync(id, m => Text(m, "state") == "live", "the one who came");
        Assert.Equal(0, await GapsAsync(""));
    }

    private Reconciler Reconciler => livekit.Host.Services.GetRequiredService<Reconciler>();

    /// <summary>LiveKit is asked about a meeting now.</summary>
    /// <param name="later">As if half a minute and more had passed.</param>
    private async Task AskAsync(string name, bool later = false)
    {
        await livekit.Service.OwnerQueryAsync<int>("update provider_check set due_at = now() where provider_meeting_id = @name", new { name });
        if (later) await livekit.Service.OwnerQueryAsync<int>("update provider_absence set since = since - interval '1 minute' where provider_meeting_id = @name", new { name });
        await Reconciler.RunAsync(Ct);
    }

    private Task<long> AbsencesAsync(string name) => CountAsync("select count(*) from provider_absence where provider_meeting_id = @name", name);

    private Task<long> GapsAsync(string name) => CountAsync("select count(*) from sitting_gap where provider_meeting_id = @name", name);

    private async Task<long> CountAsync(string sql, string name) => (await livekit.Service.OwnerQueryAsync<long>(sql, new { name }))[0];
}
