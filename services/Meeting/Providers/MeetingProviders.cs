namespace Meetings.Meeting.Providers;

/// <summary>The providers there are, by name.</summary>
internal sealed class MeetingProviders(IEnumerable<IMeetingProvider> providers)
{
    private readonly Dictionary<string, IMeetingProvider> _byName = providers.Where(provider => provider.IsAvailable).ToDictionary(provider => provider.Name);

    /// <summary>Null when this installation does not have it.</summary>
    public IMeetingProvider? Find(string name) => _byName.GetValueOrDefault(name);

    public IMeetingProvider this[string name] => _byName[name];
}

internal static class ProvidersFeature
{
    public static void AddProviders(this IServiceCollection services) => services.AddTransient<MeetingProviders>();
}
