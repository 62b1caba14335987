using Meetings.ServiceDefaults.Background;

namespace Meetings.Meeting.Providers;

/// <summary>The providers there are, by name.</summary>
internal sealed class MeetingProviders(IEnumerable<IMeetingProvider> providers)
{
    private readonly Dictionary<string, IMeetingProvider> _byName = providers.Where(provider => provider.IsAvailable).ToDictionary(provider => provider.Name);

    /// <summary>Null when this installation does not have it.</summary>
    public IMeetingProvider? Find(string name) => _byName.GetValueOrDefault(name);

    /// <exception cref="ProviderException">This installation does not have it now; its meetings stay, and it may come back.</exception>
    public IMeetingProvider this[string name] =>
        Find(name) ?? throw new ProviderException(ProviderFailure.Unavailable, $"Meetings on {name} are not available here now.");
}

internal static class ProvidersFeature
{
    public static void AddProviders(this IServiceCollection services)
    {
        services.AddSingleton<KnownProviders>();
        services.AddTransient<MeetingProviders>();
        services.AddPeriodicWork<ProviderBudgets>();
    }

    /// <summary>For the folder of a provider: all that the rest of the service has to know of it.</summary>
    public static void AddProvider<T>(this IServiceCollection services, ProviderTraits traits)
        where T : class, IMeetingProvider
    {
        services.AddSingleton(traits);
        services.AddTransient<IMeetingProvider, T>();
    }
}
