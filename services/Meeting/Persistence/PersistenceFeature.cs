using MassTransit;
using StackExchange.Redis;

namespace Meetings.Meeting.Persistence;

/// <summary>All that Program needs to know about sessions in Redis.</summary>
internal static class PersistenceFeature
{
    private const string Redis = "redis";

    public static void AddPersistence(this IHostApplicationBuilder builder)
    {
        var isThere = !string.IsNullOrEmpty(builder.Configuration.GetConnectionString(Redis));
        if (isThere)
        {
            builder.AddRedisClient(
                Redis, settings =>
                {
                    settings.DisableHealthChecks = true;

                    // Connected before the first who comes would wait for it.
                    settings.DisableAutoActivation = false;
                },
                options =>
                {
                    options.AbortOnConnectFail = false;
                    options.ConnectTimeout = 1000;
                    options.ConnectRetry = 1;
                });
        }

        builder.Services.AddSingleton(provider => ActivatorUtilities.CreateInstance<SessionPersistence>(
            provider, isThere ? [new Lazy<IConnectionMultiplexer>(provider.GetRequiredService<IConnectionMultiplexer>)] : Array.Empty<object>()));
        builder.Services.AddHealthChecks().AddCheck<PersistenceHealth>("sessions");
    }

    public static void AddPersistenceConsumers(this IBusRegistrationConfigurator bus) => bus.AddConsumer<EndedSessionsConsumer>();
}
