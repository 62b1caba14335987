using Aspire.StackExchange.Redis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using StackExchange.Redis;

namespace Microsoft.Extensions.Hosting;

public static class AspireRedisExtensions
{
    private const string ConfigurationSection = "Aspire:StackExchange:Redis";

    /// <summary>Registers a singleton <see cref="IConnectionMultiplexer"/>, a health check and tracing.</summary>
    public static void AddRedisClient(
        this IHostApplicationBuilder builder,
        string connectionName,
        Action<StackExchangeRedisSettings>? configureSettings = null,
        Action<ConfigurationOptions>? configureOptions = null) =>
        Add(builder, connectionName, serviceKey: null, configureSettings, configureOptions);

    /// <summary>As <see cref="AddRedisClient"/>, for a service with several servers: the name is also the key of the service.</summary>
    public static void AddKeyedRedisClient(
        this IHostApplicationBuilder builder,
        string name,
        Action<StackExchangeRedisSettings>? configureSettings = null,
        Action<ConfigurationOptions>? configureOptions = null) =>
        Add(builder, name, serviceKey: name, configureSettings, configureOptions);

    private static void Add(
        IHostApplicationBuilder builder,
        string connectionName,
        string? serviceKey,
        Action<StackExchangeRedisSettings>? configureSettings,
        Action<ConfigurationOptions>? configureOptions)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(connectionName);
        var configuration = builder.Configuration;
        var settings = Settings(configuration, connectionName, configureSettings);

        IConnectionMultiplexer Connect(IServiceProvider provider)
        {
            var multiplexer = ConnectionMultiplexer.Connect(Options(configuration, settings, connectionName, configureOptions));
            if (!settings.DisableTracing) provider.GetRequiredService<RedisTracing>().Watch(multiplexer);
            return multiplexer;
        }

        if (serviceKey is null) builder.Services.TryAddSingleton(Connect);
        else builder.Services.TryAddKeyedSingleton(serviceKey, (provider, _) => Connect(provider));

        if (!settings.DisableAutoActivation) builder.Services.AddSingleton<IHostedService>(provider => new ConnectAtStart(() => Multiplexer(provider, serviceKey)));
        if (!settings.DisableHealthChecks) AddHealthCheck(builder.Services, serviceKey);
        if (!settings.DisableTracing)
        {
            builder.Services.TryAddSingleton<RedisTracing>();
            builder.Services.AddOpenTelemetry().WithTracing(tracing => tracing.AddSource(RedisTracing.SourceName));
        }
    }

    private static StackExchangeRedisSettings Settings(IConfiguration configuration, string connectionName, Action<StackExchangeRedisSettings>? configure)
    {
        var settings = new StackExchangeRedisSettings();
        configuration.GetSection(ConfigurationSection).Bind(settings);
        configuration.GetSection(ConfigurationSection).GetSection(connectionName).Bind(settings);
        if (configuration.GetConnectionString(connectionName) is { } connectionString) settings.ConnectionString = connectionString;
        configure?.Invoke(settings);
        return settings;
    }

    private static ConfigurationOptions Options(
        IConfiguration configuration, StackExchangeRedisSettings settings, string connectionName, Action<ConfigurationOptions>? configure)
    {
        var options = string.IsNullOrEmpty(settings.ConnectionString) ? new ConfigurationOptions() : ConfigurationOptions.Parse(settings.ConnectionString);

        // A service comes up also while Redis is down, and connects when it is there, unless the connection string says otherwise.
        if (settings.ConnectionString?.Contains("abortConnect=", StringComparison.OrdinalIgnoreCase) != true) options.AbortOnConnectFail = false;
        configuration.GetSection(ConfigurationSection).GetSection("ConfigurationOptions").Bind(options);
        configuration.GetSection(ConfigurationSection).GetSection(connectionName).GetSection("ConfigurationOptions").Bind(options);
        configure?.Invoke(options);
        if (options.EndPoints.Count == 0)
        {
            throw new InvalidOperationException(
                $"No endpoints specified. Ensure a valid connection string was provided in 'ConnectionStrings:{connectionName}' or for the '{ConfigurationSection}:{connectionName}' configuration section.");
        }

        return options;
    }

    private static IConnectionMultiplexer Multiplexer(IServiceProvider provider, string? serviceKey) =>
        serviceKey is null ? provider.GetRequiredService<IConnectionMultiplexer>() : provider.GetRequiredKeyedService<IConnectionMultiplexer>(serviceKey);

    private static void AddHealthCheck(IServiceCollection services, string? serviceKey)
    {
        var name = serviceKey is null ? "StackExchange.Redis" : $"StackExchange.Redis_{serviceKey}";
        services.AddHealthChecks();
        services.Configure<HealthCheckServiceOptions>(options =>
        {
            if (options.Registrations.Any(registration => registration.Name == name)) return;
            options.Registrations.Add(new HealthCheckRegistration(
                name, provider => new RedisHealthCheck(() => Multiplexer(provider, serviceKey)), failureStatus: null, tags: null));
        });
    }
}
