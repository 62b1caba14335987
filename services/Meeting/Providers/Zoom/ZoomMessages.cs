namespace Meetings.Meeting.Providers.Zoom;

/// <summary>Meeting types of Zoom's that are asked for.</summary>
internal static class ZoomMeetingType
{
    public const int Scheduled = 2;

    /// <summary>One number for meetings at any time: the dates are ours (docs/decisions/0013).</summary>
    public const int RecurringNoFixedTime = 3;
}

/// <summary>Whether there is registration, and what becomes of registrants.</summary>
internal static class ZoomApprovalType
{
    /// <summary>They are approved at once.</summary>
    public const int Automatic = 0;

    /// <summary>Zoom's default: anybody with the link comes.</summary>
    public const int NoRegistration = 2;
}

internal sealed record ZoomMeetingRequest(
    string Topic, int Type, string? StartTime, int Duration, string Timezone, string Agenda, string? Password, ZoomMeetingSettings Settings);

/// <param name="Action"><c>end</c>.</param>
internal sealed record ZoomStatusRequest(string Action);

/// <param name="ApprovalType">As in <see cref="ZoomApprovalType"/>.</param>
/// <param name="AutoRecording">cloud or none; left out, it is the account's default.</param>
/// <param name="AlternativeHosts">E-mail addresses, separated by semicolons.</param>
internal sealed record ZoomMeetingSettings(
    int ApprovalType, bool WaitingRoom, bool JoinBeforeHost, bool? MuteUponEntry, bool? HostVideo, bool? ParticipantVideo, bool? AllowMultipleDevices,
    bool RegistrantsEmailNotification, string? AlternativeHosts, string? AutoRecording);

/// <summary>What is read of a meeting. Not its <c>start_url</c>: whoever holds that is the host.</summary>
/// <param name="Id">The meeting number as text: a number that large may not fit a double, nor a long.</param>
internal sealed record ZoomMeeting(ZoomText? Id, string? JoinUrl, string? RegistrationUrl, string? Agenda, DateTimeOffset? CreatedAt, ZoomApproval? Settings);

/// <param name="ApprovalType">As it is, whatever was asked for.</param>
internal sealed record ZoomApproval(int? ApprovalType);

internal sealed record ZoomRegistrantRequest(string Email, string FirstName, string? LastName, bool AutoApprove);

/// <param name="JoinUrl">Absent while somebody at Zoom has still to approve.</param>
internal sealed record ZoomRegistrant(string? RegistrantId, string? JoinUrl);

internal sealed record ZoomMeetingPage(IReadOnlyList<ZoomMeeting>? Meetings, string? NextPageToken);

internal sealed record ZoomParticipantPage(IReadOnlyList<ZoomParticipant>? Participants, string? NextPageToken);

/// <param name="UserId">In-meeting session number; a rejoin is another row with another one.</param>
/// <param name="Id">Zoom user id; empty for guests. <paramref name="ParticipantUserId"/> succeeds it.</param>
/// <param name="JoinTime">Text, since Zoom writes "" for what it does not know.</param>
/// <param name="Status">in_meeting or in_waiting_room: stays in the waiting room are rows of their own.</param>
internal sealed record ZoomParticipant(
    string? Id, ZoomText? UserId, string? ParticipantUserId, string? Name, string? UserEmail, string? RegistrantId, string? CustomerKey,
    string? JoinTime, string? LeaveTime, string? Status);

internal sealed record ZoomToken(string? AccessToken, double? ExpiresIn);

/// <summary>Zoom's error body. The code is its own and not the HTTP status.</summary>
internal sealed record ZoomFault(ZoomText? Code, string? Message, string? Reason);
