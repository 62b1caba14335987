namespace Meetings.Attendance.Ledger;

/// <summary>A span in the meeting, start included and end excluded. Never negative.</summary>
/// <param name="ClosedBy">What says that it ended then.</param>
public readonly record struct Stay(DateTimeOffset From, DateTimeOffset To, ClosedBy ClosedBy)
{
    public TimeSpan Length => To - From;

    /// <summary>The provider told both ends; nothing of it is inferred.</summary>
    public bool IsConfirmed => ClosedBy is ClosedBy.Left or ClosedBy.PutBack;
}

/// <summary>A span in the waiting room, start included and end excluded.</summary>
public readonly record struct Wait(DateTimeOffset From, DateTimeOffset To)
{
    public TimeSpan Length => To - From;
}

/// <summary>What ended a stay, best evidence first.</summary>
public enum ClosedBy
{
    Left,

    /// <summary>Sent back to the waiting room: waiting is never presence.</summary>
    PutBack,

    /// <summary>The provider's report has a leave for this session that never reached us.</summary>
    Report,

    SittingEnd,
    WindowEnd,

    /// <summary>After the end of a meeting without a window, when nothing else can say.</summary>
    ThirtyMinutes,

    /// <summary>Told to have left before it joined, and nothing else: counts nothing.</summary>
    ImpossibleTimes,

    /// <summary>Still in the meeting, as far as is known.</summary>
    Open,
}
