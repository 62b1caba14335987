using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Meetings.Contracts.Meetings.V1;
using Meetings.Meeting.Lifecycle;
using Meetings.Meeting.Providers;
using Meetings.Meeting.Scheduling;
using Meetings.ServiceDefaults.Data;
using MeetingMessage = Meetings.Contracts.Meetings.V1.Meeting;

namespace Meetings.Meeting.Grpc;

/// <summary>What sibling services ask about meetings.</summary>
internal sealed class MeetingDirectoryGrpc(Database db, MeetingProviders providers) : MeetingDirectory.MeetingDirectoryBase
{
    private sealed record OccurrenceRow(Guid Id, DateTimeOffset StartsAt, int DurationMinutes, bool IsCancelled);

    public override async Task<MeetingMessage> FindMeeting(FindMeetingRequest request, ServerCallContext context)
    {
        var ct = context.CancellationToken;
        await using var session = await db.BeginAsServiceAsync(ct);
        var row = request.ByCase switch
        {
            FindMeetingRequest.ByOneofCase.MeetingId => await MeetingRow.FindAsync(session, request.MeetingId, ct),
            FindMeetingRequest.ByOneofCase.ProviderMeeting => await FindAsync(session, request.ProviderMeeting.Provider, request.ProviderMeeting.MeetingId, ct),
            _ => throw new RpcException(new Status(StatusCode.InvalidArgument, "Say which meeting.")),
        };
        if (row is null) throw new RpcException(new Status(StatusCode.NotFound, "There is no such meeting."));

        var occurrences = await session.QueryAsync<OccurrenceRow>(ReadOccurrences, new { row.Id }, ct);
        return Message(row, occurrences);
    }

    public override async Task ListPastParticipants(
        ListPastParticipantsRequest request, IServerStreamWriter<PastParticipant> responseStream, ServerCallContext context)
    {
        var ct = context.CancellationToken;
        if (providers.Find(request.Provider) is not { } provider) throw new RpcException(new Status(StatusCode.InvalidArgument, "There is no such provider."));
        await CheckEndedAsync(request, ct);

        try
        {
            await foreach (var row in provider.PastParticipantsAsync(request.MeetingId, request.SittingId, ct))
                await responseStream.WriteAsync(Message(row), ct);
        }
        catch (ProviderException e) when (e.Failure is ProviderFailure.NotOffered)
        {
            throw new RpcException(new Status(StatusCode.Unimplemented, e.Message));
        }
        catch (ProviderException e) when (!ct.IsCancellationRequested)
        {
            // The sitting is over, so a provider that says otherwise has not made its report yet.
            throw new RpcException(new Status(StatusCode.Unavailable, $"The provider cannot tell now: {e.Message}"));
        }
    }

    private async Task CheckEndedAsync(ListPastParticipantsRequest request, CancellationToken ct)
    {
        await using var session = await db.BeginAsServiceAsync(ct);
        // Also of one that was deleted meanwhile: its attendance is taken all the same.
        if (HasNul(request.Provider) || HasNul(request.MeetingId) || !await session.ScalarAsync<bool>(IsOurs, new { request.Provider, request.MeetingId }, ct))
            throw new RpcException(new Status(StatusCode.NotFound, "There is no such meeting."));

        var over = !HasNul(request.SittingId)
            && await session.QuerySingleOrDefaultAsync<bool?>(IsOver, new { request.Provider, request.MeetingId, request.SittingId }, ct) is true;
        if (!over) throw new RpcException(new Status(StatusCode.FailedPrecondition, "The sitting has not ended."));
    }

    // What PostgreSQL cannot store, it cannot look for either.
    private static Task<MeetingRow?> FindAsync(DatabaseSession session, string provider, string meetingId, CancellationToken ct) =>
        HasNul(provider) || HasNul(meetingId) ? Task.FromResult<MeetingRow?>(null) : MeetingRow.FindByProviderAsync(session, provider, meetingId, ct);

    private static bool HasNul(string text) => text.Contains('\0', StringComparison.Ordinal);

    private static MeetingMessage Message(MeetingRow row, IEnumerable<OccurrenceRow> occurrences)
    {
        var message = new MeetingMessage
        {
            MeetingId = row.Id.ToString(),
            Version = row.Version,
            AcademyId = row.AcademyId.ToString(),
            ClassId = row.ClassId?.ToString() ?? "",
            OwnerId = row.OwnerId.ToString(),
            HostId = row.HostId.ToString(),
            Title = row.Title,
            RoomId = row.RoomId,
            Provider = row.Provider,
            ProviderMeetingId = row.ProviderMeetingId ?? "",
            TimeZone = row.TimeZone,
            Audience = row.Audience,
            State = row.State.Word(),
            RegistrationEnabled = row.RegistrationEnabled,
            CoHostIds = { row.CoHostIds.Select(id => id.ToString()) },
        };
        message.Occurrences.AddRange(occurrences.Select(o => new Occurrence
        {
            OccurrenceId = o.Id.ToString(),
            StartsAt = Timestamp.FromDateTimeOffset(o.StartsAt),
            DurationMinutes = o.DurationMinutes,
            IsCancelled = o.IsCancelled,
        }));
        return message;
    }

    private static PastParticipant Message(PastConnection row) => new()
    {
        SessionNumber = row.SessionNumber,
        RegistrantId = row.RegistrantId,
        ProviderUserId = row.ProviderUserId,
        CustomerKey = row.CustomerKey,
        Email = row.Email,
        Name = row.Name,
        JoinedAt = row.JoinedAt is { } joined ? Timestamp.FromDateTimeOffset(joined) : null,
        LeftAt = row.LeftAt is { } left ? Timestamp.FromDateTimeOffset(left) : null,
    };

    private const string ReadOccurrences = "select id, starts_at, duration_minutes, cancelled_at is not null as is_cancelled from occurrence where meeting_id = @Id order by starts_at, id";

    private const string IsOurs = "select exists (select from meeting where provider = @Provider and provider_meeting_id = @MeetingId)";

    // A sitting that another has followed is over, also when its own end was never told.
    private const string IsOver = """
        select s.ended_at is not null or exists (
            select from sitting newer
            where newer.provider = s.provider and newer.provider_meeting_id = s.provider_meeting_id and newer.started_at > s.started_at)
        from sitting s
        where s.provider = @Provider and s.provider_meeting_id = @MeetingId and s.sitting_id = @SittingId
        """;
}
