namespace Meetings.Attendance.Ledger;

/// <summary>The class of a lesson, with the dates between which each place holds.</summary>
/// <param name="Students">Places of students only: staff take part, but get no mark from this roster.</param>
public sealed record Roster(IReadOnlyList<RosterPlace> Students)
{
    public static readonly Roster None = new([]);

    /// <summary>Who is expected on a date, and who is on the roster only later: their mark is "not applicable".</summary>
    public (IReadOnlySet<Guid> Expected, IReadOnlySet<Guid> Later) On(DateOnly date)
    {
        var expected = Students.Where(place => place.From <= date && (place.To is not { } to || date <= to)).Select(place => place.StudentId).ToHashSet();
        var later = Students.Where(place => place.From > date).Select(place => place.StudentId).Where(id => !expected.Contains(id)).ToHashSet();
        return (expected, later);
    }
}

/// <param name="From">First day, included.</param>
/// <param name="To">Last day, included; null while it lasts.</param>
public sealed record RosterPlace(Guid StudentId, DateOnly From, DateOnly? To);
