using Meetings.Contracts.Sittings;

namespace Meetings.Attendance.Ledger;

/// <summary>One thing that somebody told us about a sitting. Facts are a set: repeats and order mean nothing, times inside them do.</summary>
/// <param name="Sitting">The provider's id of the sitting, verbatim.</param>
/// <param name="Connection">One join of one device; empty for what is told of the sitting itself.</param>
/// <param name="At">When it happened, by the teller's clock.</param>
/// <param name="Who">What the teller knows of who is on the connection.</param>
public sealed record Fact(string Sitting, string Connection, FactKind Kind, DateTimeOffset At, FactSource Source, ParticipantIdentity Who)
{
    /// <summary>Nobody in particular: facts about a sitting.</summary>
    public static readonly ParticipantIdentity Nobody = new();
}

/// <summary>What happened. The numbers are stored and never change their meaning.</summary>
public enum FactKind
{
    SittingStarted = 1,
    SittingEnded = 2,
    Joined = 3,
    Left = 4,
    WaitingEntered = 5,
    WaitingAdmitted = 6,
    WaitingLeft = 7,

    /// <summary>Sent back from the meeting to wait.</summary>
    WaitingPutBack = 8,
}

/// <summary>Who told it. The numbers are stored and never change their meaning.</summary>
public enum FactSource
{
    /// <summary>The provider, as it happened.</summary>
    Webhook = 1,

    /// <summary>The provider's own list of participants, asked for after the end.</summary>
    Report = 2,

    /// <summary>A scanned check-in code.</summary>
    Qr = 3,

    /// <summary>A member of staff.</summary>
    Staff = 4,
}
