using Meetings.Meeting.Passwords;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Security;
using Microsoft.Extensions.Options;

namespace Meetings.Meeting.Rooms;

/// <summary>
/// Asks for a meeting's password. An attempt is counted before it is looked at, so that a hundred at the same moment are a hundred attempts; and nothing is
/// hashed for whoever has none left.
/// </summary>
internal sealed class PasswordGate(Database db, PasswordHasher passwords, IOptions<RoomsOptions> options, TimeProvider clock)
{
    /// <returns>Null when it is the right one, or the refusal.</returns>
    /// <exception cref="PasswordHasherBusyException"/>
    public async Task<IResult?> RefuseAsync(Caller caller, Guid meetingId, string hash, string? password, CancellationToken ct)
    {
        if (password is null) return RoomProblems.PasswordRequired;

        var (now, window) = (clock.GetUtcNow(), options.Value.PasswordWindow);
        var args = new { meetingId, caller.PersonId, now, Expired = now - window, Most = options.Value.PasswordAttempts };
        if (await DoAsync(Count, args, ct) == 0)
        {
            await using var session = await db.BeginAsServiceAsync(ct);
            var since = await session.QuerySingleOrDefaultAsync<DateTimeOffset?>(ReadSince, args, ct);
            return RoomProblems.TooManyAttempts((since ?? now) + window - now);
        }

        bool right;
        try
        {
            right = await passwords.VerifyAsync(hash, password, ct);
        }
        catch
        {
            // Nobody looked at it, so it was none.
            await DoAsync(TakeBack, args, CancellationToken.None);
            throw;
        }

        if (!right) return RoomProblems.WrongPassword;
        await DoAsync(Forget, args, ct);
        return null;
    }

    private async Task<int> DoAsync(string sql, object args, CancellationToken ct)
    {
        await using var session = await db.BeginAsServiceAsync(ct);
        var changed = await session.ExecuteAsync(sql, args, ct);
        await session.CommitAsync(ct);
        return changed;
    }

    private const string Count = """
        insert into password_attempt (meeting_id, person_id, attempts, since) values (@meetingId, @PersonId, 1, @now)
        on conflict (meeting_id, person_id) do update
        set attempts = case when password_attempt.since <= @Expired then 1 else password_attempt.attempts + 1 end,
            since = case when password_attempt.since <= @Expired then @now else password_attempt.since end
        where password_attempt.attempts < @Most or password_attempt.since <= @Expired
        """;

    private const string ReadSince = "select since from password_attempt where meeting_id = @meetingId and person_id = @PersonId";

    private const string TakeBack = "update password_attempt set attempts = attempts - 1 where meeting_id = @meetingId and person_id = @PersonId and attempts > 0";

    private const string Forget = "delete from password_attempt where meeting_id = @meetingId and person_id = @PersonId";
}
