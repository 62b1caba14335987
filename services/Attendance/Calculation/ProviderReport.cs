using Grpc.Core;
using Meetings.Attendance.Recording;
using Meetings.Attendance.Ledger;
using Meetings.Contracts.Meetings.V1;
using Meetings.Contracts.Sittings;

namespace Meetings.Attendance.Calculation;

/// <summary>The provider's own list of who was in a sitting: a second entry of the same book.</summary>
internal sealed partial class ProviderReport(MeetingDirectory.MeetingDirectoryClient meetings, TimeProvider clock, ILogger<ProviderReport> logger)
{
    /// <summary>The rows of a report as facts; null when there is none (yet).</summary>
    public async Task<IReadOnlyList<ToldFact>?> TryReadAsync(SittingKey sitting, CancellationToken ct)
    {
        try
        {
            var facts = new List<ToldFact>();
            var request = new ListPastParticipantsRequest { Provider = sitting.Provider, MeetingId = sitting.MeetingId, SittingId = sitting.SittingId };
            using var call = meetings.ListPastParticipants(request, cancellationToken: ct);
            var now = clock.GetUtcNow();
            await foreach (var row in call.ResponseStream.ReadAllAsync(ct)) facts.AddRange(Facts(sitting, row, now));
            return facts;
        }
        catch (RpcException e) when (!ct.IsCancellationRequested && IsNoReport(e.StatusCode))
        {
            LogNoReport(e.StatusCode);
            return null;
        }
    }

    // Not yet, not now, or not at all: the records do not wait for it.
    private static bool IsNoReport(StatusCode status) => status is StatusCode.Unavailable or StatusCode.Unimplemented or StatusCode.FailedPrecondition
        or StatusCode.NotFound or StatusCode.DeadlineExceeded or StatusCode.ResourceExhausted or StatusCode.Internal or StatusCode.Unknown;

    private static IEnumerable<ToldFact> Facts(SittingKey sitting, PastParticipant row, DateTimeOffset now)
    {
        if (row.JoinedAt is null) yield break;
        var who = new ParticipantIdentity(
            RegistrantId: row.RegistrantId, CustomerKey: row.CustomerKey, ProviderUserId: row.ProviderUserId, Email: row.Email, Name: row.Name,
            SessionNumber: row.SessionNumber);

        // A row has no connection id of its own: the session number is one, and without it who and when it was.
        var joinedAt = row.JoinedAt.ToDateTimeOffset();
        var connection = row.SessionNumber.Length > 0
            ? $"report:{row.SessionNumber}"
            : $"report:{row.RegistrantId}{row.ProviderUserId}{row.CustomerKey}{row.Email}{row.Name}:{joinedAt.UtcTicks}";
        yield return new ToldFact(sitting, new Fact(sitting.SittingId, connection, FactKind.Joined, joinedAt, FactSource.Report, who), null, now);
        if (row.LeftAt is { } left)
            yield return new ToldFact(sitting, new Fact(sitting.SittingId, connection, FactKind.Left, left.ToDateTimeOffset(), FactSource.Report, who), null, now);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The provider has no participants report of a sitting ({Status})")]
    private partial void LogNoReport(StatusCode status);
}
