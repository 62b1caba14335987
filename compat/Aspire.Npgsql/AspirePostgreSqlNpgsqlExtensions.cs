using Aspire.Npgsql;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace Microsoft.Extensions.Hosting;

public static class AspirePostgreSqlNpgsqlExtensions
{
    private const string ConfigurationSection = "Aspire:Npgsql";

    /// <summary>Registers an <see cref="NpgsqlDataSource"/>, connections from it, a health check and telemetry.</summary>
    public static void AddNpgsqlDataSource(
        this IHostApplicationBuilder builder,
        string connectionName,
        Action<NpgsqlSettings>? configureSettings = null,
        Action<NpgsqlDataSourceBuilder>? configureDataSourceBuilder = null) =>
        Add(builder, connectionName, serviceKey: null, configureSettings, configureDataSourceBuilder);

    /// <summary>As <see cref="AddNpgsqlDataSource"/>, for a service with several databases: the name is also the key of the services.</summary>
    public static void AddKeyedNpgsqlDataSource(
        this IHostApplicationBuilder builder,
        string name,
        Action<NpgsqlSettings>? configureSettings = null,
        Action<NpgsqlDataSourceBuilder>? configureDataSourceBuilder = null) =>
        Add(builder, name, serviceKey: name, configureSettings, configureDataSourceBuilder);

    private static void Add(
        IHostApplicationBuilder builder,
        string connectionName,
        string? serviceKey,
        Action<NpgsqlSettings>? configureSettings,
        Action<NpgsqlDataSourceBuilder>? configureDataSourceBuilder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(connectionName);
        var settings = Settings(builder.Configuration, connectionName, configureSettings);

        AddDataSource(builder.Services, settings, connectionName, serviceKey, configureDataSourceBuilder);
        if (!settings.DisableHealthChecks) AddHealthCheck(builder.Services, serviceKey);
        if (!settings.DisableTracing) builder.Services.AddOpenTelemetry().WithTracing(tracing => tracing.AddSource("Npgsql"));
        if (!settings.DisableMetrics) builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter("Npgsql"));
    }

    private static NpgsqlSettings Settings(IConfiguration configuration, string connectionName, Action<NpgsqlSettings>? configure)
    {
        // The later overrides the earlier; the connection string of the AppHost overrides both sections.
        var settings = new NpgsqlSettings();
        configuration.GetSection(ConfigurationSection).Bind(settings);
        configuration.GetSection(ConfigurationSection).GetSection(connectionName).Bind(settings);
        if (configuration.GetConnectionString(connectionName) is { } connectionString) settings.ConnectionString = connectionString;
        configure?.Invoke(settings);
        return settings;
    }

    private static void AddDataSource(
        IServiceCollection services, NpgsqlSettings settings, string connectionName, string? serviceKey, Action<NpgsqlDataSourceBuilder>? configure)
    {
        NpgsqlDataSource Build(IServiceProvider provider)
        {
            // Not before it is needed, so that a service can be built (for its OpenAPI document, say) without a database.
            if (string.IsNullOrEmpty(settings.ConnectionString))
            {
                throw new InvalidOperationException(
                    $"ConnectionString is missing. It should be provided in 'ConnectionStrings:{connectionName}' or under the 'ConnectionString' key in '{ConfigurationSection}' configuration section.");
            }

            var dataSource = new NpgsqlDataSourceBuilder(settings.ConnectionString);
            if (serviceKey is not null) dataSource.Name = serviceKey;
            dataSource.UseLoggerFactory(provider.GetService<Logging.ILoggerFactory>());
            configure?.Invoke(dataSource);
            return dataSource.Build();
        }

        if (serviceKey is null)
        {
            services.TryAddSingleton(Build);
            services.TryAddTransient(provider => provider.GetRequiredService<NpgsqlDataSource>().CreateConnection());
        }
        else
        {
            services.TryAddKeyedSingleton(serviceKey, (provider, _) => Build(provider));
            services.TryAddKeyedTransient(serviceKey, (provider, key) => provider.GetRequiredKeyedService<NpgsqlDataSource>(key).CreateConnection());
        }
    }

    private static void AddHealthCheck(IServiceCollection services, string? serviceKey)
    {
        var name = serviceKey is null ? "PostgreSql" : $"PostgreSql_{serviceKey}";
        services.AddHealthChecks();
        services.Configure<HealthCheckServiceOptions>(options =>
        {
            if (options.Registrations.Any(registration => registration.Name == name)) return;
            options.Registrations.Add(new HealthCheckRegistration(
                name,
                provider => new NpgsqlHealthCheck(() => serviceKey is null ? provider.GetRequiredService<NpgsqlDataSource>() : provider.GetRequiredKeyedService<NpgsqlDataSource>(serviceKey)),
                failureStatus: null,
                tags: null));
        });
    }
}
