using MassTransit;
using Meetings.Contracts.Sittings;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Meeting.Sittings;

/// <summary>Marks a meeting of which events are missing: somebody must ask the provider who is there. Widens only, so repeats and order do not matter.</summary>
internal sealed class SittingGapConsumer(Database db) : IConsumer<SittingGapReported>
{
    private const string Save = """
        insert into sitting_gap (provider, provider_meeting_id, missing_before, heard_at) values (@Provider, @MeetingId, @At, @ReceivedAt)
        on conflict (provider, provider_meeting_id) do update
        set missing_before = greatest(sitting_gap.missing_before, excluded.missing_before), heard_at = least(sitting_gap.heard_at, excluded.heard_at)
        """;

    public async Task Consume(ConsumeContext<SittingGapReported> context)
    {
        var gap = context.Message;
        await using var session = await db.BeginAsServiceAsync(context.CancellationToken);
        await session.ExecuteAsync(Save, new { gap.Provider, MeetingId = gap.MeetingId ?? "", gap.At, gap.ReceivedAt }, context.CancellationToken);
        await session.CommitAsync(context.CancellationToken);
    }
}
