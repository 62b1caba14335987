namespace Meetings.Meeting.Providers;

internal enum ProviderFailure
{
    /// <summary>Cannot be reached, is overloaded, or answers what nobody can read.</summary>
    Unavailable,

    /// <summary>It understood, and does not want to.</summary>
    Refused,

    /// <summary>It reports on a sitting only when it is over.</summary>
    NotEnded,

    /// <summary>It has no such thing at all.</summary>
    NotOffered,
}

/// <summary>A provider did not do what it was asked.</summary>
/// <param name="failure">Why.</param>
/// <param name="message">For people; neither internals nor personal data.</param>
/// <param name="inner">What happened underneath.</param>
internal sealed class ProviderException(ProviderFailure failure, string message, Exception? inner = null) : Exception(message, inner)
{
    public ProviderFailure Failure { get; } = failure;

    /// <summary>The provider's own code, where it gave one.</summary>
    public string? Code { get; init; }

    /// <summary>How long the provider asks to be left alone.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>It may have done it all the same: the request went out, and its answer was lost or could not be read.</summary>
    public bool MayHaveHappened { get; init; }
}
