namespace Refit;

/// <summary>A parameter that is the value of a header. Null sends none.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class HeaderAttribute(string header) : Attribute
{
    public string Header { get; } = header;
}
