using System.Net.Mail;
using Meetings.ZoomSandbox.State;

namespace Meetings.ZoomSandbox.Users;

/// <summary>Finds users by id or e-mail; an e-mail that nobody has yet becomes a user when the settings allow it.</summary>
internal static class UserDirectory
{
    /// <param name="data">The state, inside a change.</param>
    /// <param name="userId">Zoom user id or e-mail. <c>me</c> is nobody: a server-to-server token has no user behind it.</param>
    /// <param name="options">The settings.</param>
    /// <param name="now">When a new user comes to be.</param>
    public static ZoomUser? FindUser(this SandboxData data, string userId, ZoomOptions options, DateTimeOffset now)
    {
        var known = data.Users.Find(u => u.Id == userId || string.Equals(u.Email, userId, StringComparison.OrdinalIgnoreCase));
        if (known is not null) return known;

        var configured = options.Users.FirstOrDefault(u => string.Equals(u.Email, userId, StringComparison.OrdinalIgnoreCase));
        if (configured is null && (!options.AdmitUnknownUsers || !MailAddress.TryCreate(userId, out _))) return null;

        var user = new ZoomUser
        {
            Id = Ids.Short(),
            Email = userId.ToLowerInvariant(),
            FirstName = configured?.FirstName ?? userId[..userId.IndexOf('@', StringComparison.Ordinal)],
            LastName = configured?.LastName ?? "",
            Licensed = configured?.Licensed ?? true,
            CreatedAt = now,
        };
        data.Users.Add(user);
        return user;
    }
}
