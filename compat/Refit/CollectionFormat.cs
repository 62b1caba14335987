namespace Refit;

/// <summary>How a query parameter with several values is written.</summary>
public enum CollectionFormat
{
    RefitParameterFormatter = 0,
    Csv = 1,
    Ssv = 2,
    Tsv = 3,
    Pipes = 4,

    /// <summary>The parameter once per value.</summary>
    Multi = 5,
}
