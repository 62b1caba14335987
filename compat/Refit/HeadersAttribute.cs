namespace Refit;

/// <summary>Fixed headers, as <c>Name: value</c>. One without a value takes away what a wider scope set.</summary>
[AttributeUsage(AttributeTargets.Interface | AttributeTargets.Method)]
public sealed class HeadersAttribute(params string[] headers) : Attribute
{
    public string[] Headers { get; } = headers ?? [];
}
