namespace Meetings.Rehearsal;

/// <summary>How the program ends.</summary>
internal enum ExitCode
{
    AsExpected = 0,

    /// <summary>The sheet is not the expected one, or not the same twice.</summary>
    OtherSheet = 1,

    Usage = 2,

    /// <summary>The system is not up, or refused what was asked.</summary>
    NoSystem = 3,

    /// <summary>The system took too long.</summary>
    TimedOut = 4,

    Interrupted = 130,
}

/// <summary>The system said that it is not available at the moment: worth asking again.</summary>
internal sealed class MomentarilyUnavailable(string message) : PlayFailure(ExitCode.NoSystem, message);

/// <summary>Why the play cannot go on, in words for whoever started it.</summary>
internal class PlayFailure(ExitCode code, string message, Exception? cause = null) : Exception(message, cause)
{
    public ExitCode Code { get; } = code;
}
