using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Meetings.Meeting.Providers.Zoom;

/// <summary>Meetings on Zoom, through its REST API.</summary>
internal sealed partial class ZoomProvider(IZoomApi api, ZoomRegistrants registrants, TimeProvider clock) : IMeetingProvider
{
    private const int MaxAgenda = 2000;
    private const int PageSize = 300;

    // 300 rows each: more than any meeting can have, and an end to a token that never becomes empty.
    private const int MaxPages = 200;

    public const string ProviderName = "zoom";

    public string Name => ProviderName;

    public async Task<ProviderMeeting> CreateAsync(MeetingPlan plan, CancellationToken ct)
    {
        var created = await ZoomErrors.TranslateAsync(
            changes: true, clock, () => api.CreateMeetingAsync(plan.Key.HostEmail, Request(plan), ct), ct);
        return Read(created) ?? throw new ProviderException(ProviderFailure.Unavailable, "Zoom answered what cannot be understood.") { MayHaveHappened = true };
    }

    public async Task<ProviderMeeting?> FindAsync(PlanKey key, CancellationToken ct)
    {
        try
        {
            return await SearchAsync(key, ct);
        }
        catch (ProviderException e) when (ZoomErrors.IsUnknownUser(e))
        {
            // Who has no user in the account has no meetings there.
            return null;
        }
    }

    public Task UpdateAsync(string providerMeetingId, MeetingPlan plan, CancellationToken ct)
    {
        // A password that Zoom cannot have is none there: the old one must not stay.
        var password = plan.Password is { } text ? Passcode().IsMatch(text) ? text : "" : null;
        return DoAsync(() => api.UpdateMeetingAsync(providerMeetingId, Request(plan) with { Password = password }, ct), ct);
    }

    public async Task EndAsync(string providerMeetingId, CancellationToken ct)
    {
        try
        {
            await DoAsync(() => api.SetMeetingStatusAsync(providerMeetingId, new ZoomStatusRequest("end"), ct), ct);
        }
        catch (ProviderException e) when (ZoomErrors.IsNotFound(e))
        {
            // It does not run, or is not there: it is ended.
        }
    }

    public async Task DeleteAsync(string providerMeetingId, CancellationToken ct)
    {
        try
        {
            await DoAsync(() => api.DeleteMeetingAsync(providerMeetingId, ct), ct);
        }
        catch (ProviderException e) when (ZoomErrors.IsNotFound(e) || ZoomErrors.IsHistory(e))
        {
            // It is not there, or cannot be entered any more, which is all that was wanted.
        }
    }

    public Task<IReadOnlyList<Enlisted>> RegisterAsync(string providerMeetingId, string hostEmail, IReadOnlyList<Registree> people, CancellationToken ct) =>
        registrants.AddAsync(providerMeetingId, hostEmail, people, ct);

    public Task<IReadOnlyDictionary<string, ProviderException>> UnregisterAsync(
        string providerMeetingId, IReadOnlyCollection<string> registrantIds, CancellationToken ct) => registrants.RemoveAsync(providerMeetingId, registrantIds, ct);

    public async IAsyncEnumerable<PastConnection> PastParticipantsAsync(
        string providerMeetingId, string sittingId, [EnumeratorCancellation] CancellationToken ct)
    {
        // By uuid, never by number: the number means the latest sitting only.
        var instance = ZoomUuid.Segment(sittingId);
        await foreach (var row in PagesAsync(
            async token =>
            {
                var page = await api.ReportParticipantsAsync(instance, PageSize, "registrant_id", token, ct);
                return (page?.Participants, page?.NextPageToken);
            }, ct))
        {
            if (row.Status is "in_waiting_room") continue;
            yield return new PastConnection(
                row.UserId?.Value ?? "", row.RegistrantId ?? "", row.ParticipantUserId is { Length: > 0 } user ? user : row.Id ?? "",
                row.CustomerKey ?? "", row.UserEmail ?? "", row.Name ?? "", Instant(row.JoinTime), Instant(row.LeaveTime));
        }
    }

    /// <summary>Who is in a meeting that runs is told by webhooks only; there is no question for it in the REST API that our app may ask.</summary>
    public Task<ProviderRoom?> RoomAsync(string providerMeetingId, CancellationToken ct) =>
        throw new ProviderException(ProviderFailure.NotOffered, "Zoom does not tell who is in a meeting that runs.");

    public Task RemoveParticipantAsync(string providerMeetingId, string identity, CancellationToken ct) =>
        throw new ProviderException(ProviderFailure.Refused, "In Zoom somebody is removed by the host, in the meeting.");

    public Task SendDataAsync(
        string providerMeetingId, string topic, ReadOnlyMemory<byte> payload, IReadOnlyList<string> identities, CancellationToken ct) =>
        throw new ProviderException(ProviderFailure.Refused, "Zoom has no channel for data.");

    private Task<bool> DoAsync(Func<Task> call, CancellationToken ct) => ZoomErrors.TranslateAsync(
        changes: true, clock,
        async () =>
        {
            await call();
            return true;
        }, ct);

    private async Task<ProviderMeeting?> SearchAsync(PlanKey key, CancellationToken ct)
    {
        // Zoom has no idempotency key of its own; ours stands at the head of the agenda, of which lists show the first 250 characters.
        var mark = Mark(key.MeetingId);
        await foreach (var listed in PagesAsync(
            async token =>
            {
                var page = await api.ListMeetingsAsync(key.HostEmail, "scheduled", PageSize, token, ct);
                return (page?.Meetings, page?.NextPageToken);
            }, ct))
        {
            if (listed is not { Id: { } id } || listed.Agenda?.StartsWith(mark, StringComparison.Ordinal) is not true) continue;

            var found = await ZoomErrors.TranslateAsync(changes: false, clock, () => api.GetMeetingAsync(id.Value, ct), ct);
            return Read(found) ?? throw new ProviderException(ProviderFailure.Unavailable, "Zoom answered what cannot be understood.");
        }

        return null;
    }

    private async IAsyncEnumerable<T> PagesAsync<T>(
        Func<string?, Task<(IReadOnlyList<T>? Rows, string? Next)>> read, [EnumeratorCancellation] CancellationToken ct)
    {
        string? token = null;
        for (var page = 0; page < MaxPages; page++)
        {
            var (rows, next) = await ZoomErrors.TranslateAsync(changes: false, clock, () => read(token), ct);
            foreach (var row in rows ?? throw new ProviderException(ProviderFailure.Unavailable, "Zoom answered what cannot be understood.")) yield return row;
            if (string.IsNullOrEmpty(next)) yield break;
            token = next;
        }

        throw new ProviderException(ProviderFailure.Unavailable, "Zoom's list does not end.");
    }

    private static ZoomMeetingRequest Request(MeetingPlan plan)
    {
        var mark = Mark(plan.Key.MeetingId);
        return new ZoomMeetingRequest(
            plan.Title, plan.IsRecurring ? ZoomMeetingType.RecurringNoFixedTime : ZoomMeetingType.Scheduled,
            plan.IsRecurring ? null : plan.StartsAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            plan.DurationMinutes, plan.TimeZone, plan.Description is { Length: > 0 } text ? Cut($"{mark}\n{text}") : mark,
            plan.Password is { } password && Passcode().IsMatch(password) ? password : null,
            new ZoomMeetingSettings(
                // Zoom has no registration for a meeting that recurs without a fixed time.
                plan.IsRecurring ? ZoomApprovalType.NoRegistration : ZoomApprovalType.Automatic, plan.WaitingRoom, JoinBeforeHost: false, plan.Settings.MuteOnEntry, plan.Settings.HostVideo, plan.Settings.ParticipantVideo,
                plan.Settings.AllowMultipleDevices, RegistrantsEmailNotification: false,
                plan.CoHostEmails is { } others ? string.Join(';', others) : null,
                plan.Settings.RecordingEnabled switch { true => "cloud", false => "none", null => null }));
    }

    private static ProviderMeeting? Read(ZoomMeeting? meeting) =>
        meeting is { Id.Value: { Length: > 0 } id } && Number().IsMatch(id)
        && Uri.TryCreate(meeting.JoinUrl, UriKind.Absolute, out var joinUrl) && joinUrl.Scheme is "https" or "http"
            ? new ProviderMeeting(
                id, joinUrl, meeting.RegistrationUrl, RegistrationEnabled: meeting.Settings?.ApprovalType is not (null or ZoomApprovalType.NoRegistration))
            : null;

    private static string Mark(Guid meetingId) => $"[{meetingId.ToString("N")[16..]}]";

    private static string Cut(string agenda) =>
        agenda.Length <= MaxAgenda ? agenda : agenda[..(char.IsHighSurrogate(agenda[MaxAgenda - 1]) ? MaxAgenda - 1 : MaxAgenda)];

    private static DateTimeOffset? Instant(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) ? instant : null;

    [GeneratedRegex(@"\A[A-Za-z0-9@_*-]{1,10}\z")]
    private static partial Regex Passcode();

    [GeneratedRegex(@"\A[0-9]{1,64}\z")]
    private static partial Regex Number();
}
