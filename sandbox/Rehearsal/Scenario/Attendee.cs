using System.Globalization;

namespace Meetings.Rehearsal.Scenario;

/// <summary>A student of the class, with what they do and what the sheet must say of them.</summary>
/// <param name="Number">student01 is 1.</param>
/// <param name="Story">Their part, in words.</param>
/// <param name="Expected">What the policy deped-15 makes of it.</param>
/// <param name="Visits">Their connections.</param>
internal sealed record Student(int Number, string Story, Expectation Expected, params Visit[] Visits)
{
    /// <summary>How Zoom knows them.</summary>
    public KnownBy By { get; init; }

    public string Email => $"student{Number.ToString("00", CultureInfo.InvariantCulture)}@r1.deped.gov.ph";
}

/// <summary>Somebody who is not of the class.</summary>
internal sealed record Guest(string Name, string? Email, params Visit[] Visits);

/// <summary>What Zoom shows of a student's identity. Never only a name: names are matched by nobody.</summary>
internal enum KnownBy { Email, EmailInCapitals, CustomerKey }

/// <summary>A line of the expected sheet.</summary>
/// <param name="Status">present, partial or absent.</param>
/// <param name="Seconds">Counted inside the lesson.</param>
/// <param name="SecondsByWebhooks">
/// The same, as long as the provider's report has not told what a lost webhook did not; null when it makes no difference.
/// </param>
internal sealed record Expectation(string Status, int Seconds, int? SecondsByWebhooks = null)
{
    public static Expectation Present(int seconds, int? byWebhooks = null) => new("present", seconds, byWebhooks);

    public static Expectation Partial(int seconds) => new("partial", seconds);

    public static readonly Expectation Absent = new("absent", 0);
}
