using System.ComponentModel.DataAnnotations;

namespace Meetings.Meeting.Rooms;

internal sealed class RoomsOptions
{
    public const string Section = "Rooms";

    /// <summary>
    /// Whether joining a room that does not exist makes it, for people who may create meetings, in academies that have not said so themselves
    /// (<c>allowAdHocRooms</c>). Without it such a room is not found.
    /// </summary>
    public bool CreateOnJoin { get; set; }

    /// <summary>On which provider.</summary>
    [Required]
    public string Provider { get; set; } = "";

    /// <summary>Wrong passwords that one person may try on one meeting within <see cref="PasswordWindow"/>.</summary>
    [Range(1, 100)]
    public int PasswordAttempts { get; set; } = 5;

    /// <summary>Counted from the first wrong one. When it is over they may try again.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan PasswordWindow { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How often it is looked which rooms have come to their end.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan LookEvery { get; set; } = TimeSpan.FromSeconds(5);
}
