namespace Refit;

/// <summary>A parameter of type <c>IDictionary&lt;string, string&gt;</c> with headers.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class HeaderCollectionAttribute : Attribute
{
}
