using Meetings.Meeting.Joining;
using Meetings.Meeting.Scheduling;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Meeting.Providers.LiveKit;

/// <summary>A meeting's room at LiveKit, as we have named it.</summary>
/// <param name="Kind">What kind of session it is: the class's, or the meeting's type.</param>
/// <param name="RoomId">The meeting's alias, which stands in its link.</param>
internal sealed record LiveKitRoom(string Name, string Kind, string RoomId, bool IsInstant);

/// <summary>
/// Names of rooms: <c>{academy}-{kind}-session-{n}</c>, n counted by academy. A meeting is named when its room is first thought of, and then has that
/// name for ever: whoever asks twice, or at the same moment, gets the same room.
/// </summary>
internal sealed class LiveKitRooms(Database db)
{
    private const int MaxSlug = 64;

    private sealed record Named(string? RoomId, string? Type, string? Slug, string? Kind, string? Name);

    /// <exception cref="InvalidOperationException">There is no such meeting.</exception>
    public async Task<LiveKitRoom> NameAsync(Guid meetingId, CancellationToken ct)
    {
        await using var session = await db.BeginAsServiceAsync(ct);
        var meeting = await session.QuerySingleOrDefaultAsync<Named>(Lock, new { meetingId }, ct)
            ?? throw new InvalidOperationException($"There is no meeting {meetingId}.");

        var kind = Kind(meeting.Kind, meeting.Type ?? "");
        var name = await session.QuerySingleOrDefaultAsync<string>(NameOfMeeting, new { meetingId }, ct);
        while (name is null)
        {
            var slug = Slug.Of(meeting.Slug ?? "", MaxSlug) is { Length: > 0 } known ? known : "academy";
            var number = await session.ScalarAsync<long>(NextNumber, new { slug }, ct);

            // Taken where the words of two academies and kinds run into one another, such as a-b + c and a + b-c.
            name = await session.QuerySingleOrDefaultAsync<string>(Take, new { meetingId, Name = NameOf(slug, kind, number) }, ct);
        }

        await session.CommitAsync(ct);
        return Room(meeting, name);
    }

    /// <summary>Null when no room was ever thought of. Also of a meeting that is gone; then without what only the meeting knows.</summary>
    public async Task<LiveKitRoom?> FindAsync(Guid meetingId, CancellationToken ct)
    {
        await using var session = await db.BeginAsServiceAsync(ct);
        return await session.QuerySingleOrDefaultAsync<Named>(Find, new { meetingId }, ct) is { Name: { } name } found ? Room(found, name) : null;
    }

    private static LiveKitRoom Room(Named meeting, string name) =>
        new(name, Kind(meeting.Kind, meeting.Type ?? ""), meeting.RoomId ?? "", meeting.Type == MeetingRequest.Instant);

    internal static string NameOf(string slug, string kind, long number) => $"{slug}-{kind.Replace('_', '-')}-session-{number}";

    /// <summary>The class's kind; without a class <c>room</c> for one that was opened at once, and <c>meeting</c>.</summary>
    internal static string Kind(string? classKind, string type) =>
        classKind is { Length: > 0 } ? classKind : type == MeetingRequest.Instant ? "room" : "meeting";

    // Locks the meeting, so that of two who name it one waits; what the first wrote is read by a statement of its own, that began later.
    private const string Lock = """
        select m.room_id, m.type, a.slug, c.kind, null::text as name
        from meeting m left join academy a on a.academy_id = m.academy_id left join school_class c on c.class_id = m.class_id
        where m.id = @meetingId for update of m
        """;

    private const string NameOfMeeting = "select name from livekit_room where meeting_id = @meetingId";

    private const string Find = """
        select m.room_id, m.type, null::text as slug, c.kind, r.name
        from livekit_room r left join meeting m on m.id = r.meeting_id left join school_class c on c.class_id = m.class_id
        where r.meeting_id = @meetingId
        """;

    private const string NextNumber = """
        insert into livekit_room_number (slug, last_number) values (@slug, 1)
        on conflict (slug) do update set last_number = livekit_room_number.last_number + 1 returning last_number
        """;

    private const string Take = "insert into livekit_room (meeting_id, name) values (@meetingId, @Name) on conflict (name) do nothing returning name";
}
