using Meetings.Contracts.Sittings;
using Meetings.Meeting.Sittings;
using Meetings.Testing;
using Microsoft.Extensions.DependencyInjection;
using static Meetings.Meeting.Tests.MeetingService;

namespace Meetings.Meeting.Tests.Sittings;

/// <summary>What a provider says it lost is to be made up for by asking it.</summary>
public sealed class SittingGapTests(MeetingService service) : IClassFixture<MeetingService>
{
    private static readonly DateTimeOffset Six = new(2026, 11, 20, 6, 0, 0, TimeSpan.Zero);

    [Fact]
    [Trait("Hostile", "50")]
    public async Task A_meeting_of_which_events_are_missing_is_marked_within_five_seconds_in_any_order_and_with_repeats()
    {
        var room = $"room-{Guid.NewGuid():n}";

        await service.PublishAsync(Gap(room, "RM_1", 9));
        await MarkedAsync(room, missingBefore: 9, heardAt: 9, TimeSpan.FromSeconds(5));

        // An earlier gap that is heard of later takes nothing back.
        await service.PublishAsync(Gap(room, "RM_2", 3));
        await MarkedAsync(room, missingBefore: 9, heardAt: 3);

        await service.PublishAsync(Gap(room, "RM_1", 12));
        await service.PublishAsync(Gap(room, "RM_1", 12));
        await MarkedAsync(room, missingBefore: 12, heardAt: 3);
    }

    [Fact]
    [Trait("Hostile", "50")]
    public async Task A_gap_of_nobody_knows_which_meeting_is_kept_too()
    {
        // Of a moment still to come, so that asking now does not close it.
        await service.PublishAsync(Gap(null, null, 1) with { At = DateTimeOffset.UtcNow.AddHours(1) });

        await Eventually.Holds(async () => (await MarkAsync("")).Count == 1, "the mark");
    }

    [Fact]
    public async Task Marks_of_what_is_none_of_ours_are_forgotten_after_a_day()
    {
        var ours = Text(await service.MeetingAsync(), "providerMeetingId");
        string[] all = ["foreign-old", "foreign-new", ours];
        await service.OwnerQueryAsync<int>(
            """
            insert into sitting_gap (provider, provider_meeting_id, missing_before, heard_at)
            select 'zoom', one, now(), now() - case when one = 'foreign-new' then interval '23 hours' else interval '25 hours' end from unnest(@all) one returning 1
            """, new { all });

        await service.Host.Services.GetRequiredService<UnknownSittings>().RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal(
            ["foreign-new", ours], (await service.OwnerQueryAsync<string>("select provider_meeting_id from sitting_gap where provider_meeting_id = any(@all)", new { all })).Order(StringComparer.Ordinal).Reverse());
    }

    [Fact]
    public async Task Nobody_from_outside_sees_the_marks()
    {
        var room = $"room-{Guid.NewGuid():n}";
        await service.PublishAsync(Gap(room, "RM_1", 1));
        await Eventually.Holds(async () => (await MarkAsync(room)).Count == 1, "the mark");

        await using var session = await service.Database.BeginAsync(service.School.Admin, TestContext.Current.CancellationToken);
        Assert.Equal(0, await session.ScalarAsync<long>("select count(*) from sitting_gap", null, TestContext.Current.CancellationToken));
    }

    private Task MarkedAsync(string room, int missingBefore, int heardAt, TimeSpan? patience = null) => Eventually.Holds(
        async () => await MarkAsync(room) is [var mark] && mark == (Six.AddMinutes(missingBefore), Six.AddMinutes(heardAt)), "the mark", patience);

    private Task<IReadOnlyList<(DateTimeOffset, DateTimeOffset)>> MarkAsync(string room) => service.OwnerQueryAsync<(DateTimeOffset, DateTimeOffset)>(
        "select missing_before, heard_at from sitting_gap where provider = 'livekit' and provider_meeting_id = @room", new { room });

    private static SittingGapReported Gap(string? room, string? sitting, int minute) =>
        new(Guid.NewGuid(), "livekit", room, sitting, Dropped: 7, Six.AddMinutes(minute), Six.AddMinutes(minute));
}
