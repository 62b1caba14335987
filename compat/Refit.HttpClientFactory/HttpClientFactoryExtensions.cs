using Microsoft.Extensions.DependencyInjection;

namespace Refit;

public static class HttpClientFactoryExtensions
{
    /// <summary>Registers an interface of requests, and the HTTP client that sends them.</summary>
    public static IHttpClientBuilder AddRefitClient<T>(this IServiceCollection services) where T : class =>
        services.AddRefitClient<T>(settingsAction: null);

    /// <inheritdoc cref="AddRefitClient{T}(IServiceCollection)"/>
    public static IHttpClientBuilder AddRefitClient<T>(this IServiceCollection services, RefitSettings? settings) where T : class =>
        services.AddRefitClient<T>(_ => settings);

    /// <inheritdoc cref="AddRefitClient{T}(IServiceCollection)"/>
    public static IHttpClientBuilder AddRefitClient<T>(this IServiceCollection services, Func<IServiceProvider, RefitSettings?>? settingsAction) where T : class
    {
        ArgumentNullException.ThrowIfNull(services);

        // A mistake in the interface shows here and not at the first request.
        RestMethods.Of(typeof(T));
        services.AddSingleton(provider => new SettingsFor<T>(settingsAction?.Invoke(provider) ?? new RefitSettings()));
        return services
            .AddHttpClient($"Refit.{typeof(T).FullName}")
            .AddHttpMessageHandler(provider => new AuthenticatedHttpClientHandler(provider.GetRequiredService<SettingsFor<T>>().Settings))
            .AddTypedClient((client, provider) => RestService.For<T>(client, provider.GetRequiredService<SettingsFor<T>>().Settings));
    }
}
