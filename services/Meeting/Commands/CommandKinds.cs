namespace Meetings.Meeting.Commands;

/// <summary>What a command has besides its kind.</summary>
internal enum CommandShape
{
    /// <summary>For everyone, or for those named.</summary>
    Plain,

    /// <summary>For those named, who must be named.</summary>
    ForSome,

    /// <summary>For everyone, about one person.</summary>
    AboutOne,

    /// <summary>A text for everyone, or for those named.</summary>
    Text,

    /// <summary>For everyone, always.</summary>
    ForAll,
}

/// <param name="Topic">Of the five of seed 003, under which clients listen.</param>
/// <param name="Critical">To be acknowledged, and told again to those who do not.</param>
internal sealed record CommandKind(string Word, string Topic, CommandShape Shape, bool Critical = false);

/// <summary>What a host can have a meeting's clients do.</summary>
internal static class CommandKinds
{
    public const string Kick = "kick";
    public const string Readmit = "readmit";
    public const string EndForAll = "end_for_all";

    private const string Controls = "teacher_controls";
    private const string People = "participant_management";
    private const string Hands = "hand_raising";

    public static IReadOnlyDictionary<string, CommandKind> All { get; } = new CommandKind[]
    {
        new("mute_all", Controls, CommandShape.ForAll, Critical: true),
        new("mute", Controls, CommandShape.ForSome),
        new("ask_to_unmute", Controls, CommandShape.ForSome),
        new("stop_video", Controls, CommandShape.ForSome),
        new("spotlight", Controls, CommandShape.AboutOne),
        new("clear_spotlight", Controls, CommandShape.ForAll),
        new("lock", People, CommandShape.ForAll),
        new("unlock", People, CommandShape.ForAll),
        new(Kick, People, CommandShape.ForSome, Critical: true),
        new(Readmit, People, CommandShape.ForSome),
        new("lower_hands", Hands, CommandShape.Plain),
        new("allow_hand", Hands, CommandShape.Plain),
        new("disallow_hand", Hands, CommandShape.Plain),
        new("announce", "session_announcements", CommandShape.Text),
        new(EndForAll, "system_notifications", CommandShape.ForAll, Critical: true),
    }.ToDictionary(kind => kind.Word);
}
