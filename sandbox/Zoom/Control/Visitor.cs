using Meetings.ZoomSandbox.Meetings;
using Meetings.ZoomSandbox.Registrants;
using Meetings.ZoomSandbox.State;
using Meetings.ZoomSandbox.Users;

namespace Meetings.ZoomSandbox.Control;

/// <summary>Who comes, with the identity that Zoom would show of them.</summary>
internal sealed record Visitor(string Name, string Email, string ZoomUserId, string? RegistrantId, string CustomerKey, string Phone, string Device)
{
    /// <summary>Finds out who comes, or says why that person cannot.</summary>
    public static string? Of(
        SandboxData data, Meeting meeting, Sitting sitting, JoinRequest request, ZoomOptions options, DateTimeOffset now, out Visitor visitor)
    {
        visitor = null!;
        ZoomUser? user = null;
        if (request.UserId is { Length: > 0 } userId && (user = data.FindUser(userId, options, now)) is null) return "The account has no such user.";

        Registrant? registrant = null;
        if (request.Registrant is { Length: > 0 } who)
        {
            registrant = meeting.Registrants.Find(r => r.Id == who || string.Equals(r.Email, who, StringComparison.OrdinalIgnoreCase));
            if (registrant is not { Status: Registrant.Approved }) return "There is no approved registrant of that id or e-mail.";
            if (!meeting.Settings.Flag("allow_multiple_devices") && sitting.Stays.Exists(s => s.RegistrantId == registrant.Id && s.LeftAt is null))
            {
                return "The registrant is in the meeting already, and it does not allow multiple devices.";
            }
        }

        if (request.CustomerKey is { Length: > 35 }) return "A customer key has at most 35 characters.";

        var name = request.Name ?? registrant?.Name ?? (user is null ? null : $"{user.FirstName} {user.LastName}".Trim());
        if (string.IsNullOrEmpty(name)) return "Nobody can come without a name.";

        visitor = new Visitor(
            name, request.Email ?? registrant?.Email ?? user?.Email ?? "", user?.Id ?? "", registrant?.Id, request.CustomerKey ?? "",
            request.Phone ?? "", request.Device ?? "");
        return null;
    }

    public Stay Enters(StayPlace place, DateTimeOffset at, string userId) => new()
    {
        UserId = userId,
        ParticipantUuid = Ids.ParticipantUuid(),
        Name = Name,
        Email = Email,
        ZoomUserId = ZoomUserId,
        RegistrantId = RegistrantId,
        CustomerKey = CustomerKey,
        Phone = Phone,
        Device = Device,
        JoinedAt = at,
        Place = place,
    };
}
