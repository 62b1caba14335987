namespace WireMock.Types;

/// <summary>The values of a header or parameter.</summary>
public class WireMockList<T> : List<T>
{
    public WireMockList(params T[] collection)
        : base(collection)
    {
    }

    /// <summary>The only value, or all of them.</summary>
    public override string ToString() => Count == 1 ? $"{this[0]}" : string.Join(", ", this);
}
