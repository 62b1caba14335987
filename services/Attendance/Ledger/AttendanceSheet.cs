using Meetings.Attendance.Policies;

namespace Meetings.Attendance.Ledger;

/// <summary>Everything that the facts of a lesson say, in an order that depends on nothing else.</summary>
/// <param name="NoData">No fact at all: an outage of the provider or of ours, not forty absent students.</param>
/// <param name="NoShow">The provider told of a sitting, and nobody came.</param>
/// <param name="Expected">Students on the roster of the lesson's date.</param>
/// <param name="Records">One per student, by id.</param>
/// <param name="Participants">Everyone who took part, guests included: people by id, then guests by key.</param>
public sealed record AttendanceSheet(
    bool NoData, bool NoShow, int Expected, IReadOnlyList<StudentMark> Records, IReadOnlyList<Participant> Participants);

/// <summary>A student's mark with the sentence that explains it.</summary>
/// <param name="Source">Who told it: <c>webhook</c>, <c>report</c>, both joined by a plus, or <c>none</c>.</param>
public sealed record StudentMark(
    Guid StudentId, AttendanceStatus Status, Presence Presence, decimal Percentage, string Source, string Explanation);

/// <summary>Someone who took part: a person of the academy, or a guest.</summary>
/// <param name="PersonId">Null for a guest.</param>
/// <param name="GuestKey">What tells this guest from others; null for a person.</param>
/// <param name="Name">The latest they gave; a label.</param>
/// <param name="Email">As told, compared without case.</param>
public sealed record Participant(
    Guid? PersonId, string? GuestKey, string? Name, string? Email, Presence Presence, IReadOnlyList<Connection> Connections);
