using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

internal static class Properties
{
    /// <summary>Replaces the property of that name, or adds it.</summary>
    public static ImmutableArray<ResourcePropertySnapshot> Set(
        ImmutableArray<ResourcePropertySnapshot> properties, string name, object? value, bool isSensitive = false) =>
        [.. properties.Where(p => p.Name != name), new ResourcePropertySnapshot(name, value) { IsSensitive = isSensitive }];
}
