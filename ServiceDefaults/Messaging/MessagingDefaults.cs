using Grpc.Core;
using MassTransit;
using Meetings.ServiceDefaults.Background;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Messaging.FailedMessages;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Meetings.ServiceDefaults.Messaging;

public static class MessagingDefaults
{
    // RabbitMQ before 4.0 has no limit of its own on quorum queues: a message that kills its consumer would come back for ever.
    private const int DeliveryLimit = 20;

    // A transaction each: a whole school that is imported, or joins, in one minute must leave connections to the database for those who ask.
    private const int AtOnce = 4;

    /// <summary>
    /// Connects the service to RabbitMQ (<c>ConnectionStrings:rabbitmq</c>), starts the relay of its outbox, and keeps what its consumers or the broker
    /// gave up on for operators (docs/decisions/0010). Needs <c>AddDatabase</c>.
    /// </summary>
    /// <param name="builder">The host.</param>
    /// <param name="service">Prefix of every queue, so that two services with a like-named consumer do not share one.</param>
    /// <param name="consumers">Adds the service's consumers.</param>
    public static void AddMessaging(this IHostApplicationBuilder builder, string service, Action<IBusRegistrationConfigurator>? consumers = null)
    {
        var failed = new FailedQueue(service);
        builder.Services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            bus.SetEndpointNameFormatter(new KebabCaseEndpointNameFormatter(service, includeNamespace: false));
            consumers?.Invoke(bus);
            bus.AddConfigureEndpointsCallback((_, _, endpoint) =>
            {
                if (endpoint is not IRabbitMqReceiveEndpointConfigurator queue) return;
                queue.SetQuorumQueue();
                queue.SetQueueArgument("x-delivery-limit", DeliveryLimit);
                failed.Configure(queue);
            });
            bus.UsingRabbitMq((context, rabbit) =>
            {
                rabbit.Host(Broker(builder.Configuration));
                failed.Configure(rabbit);
                rabbit.PrefetchCount = 256;
                rabbit.UseMessageRetry(retry =>
                {
                    // Our own trouble passes: the message waits for it rather than going to the error queue.
                    retry.Handle<Exception>(IsOwnTrouble);
                    retry.Exponential(1000, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(200));
                });
                rabbit.UseMessageRetry(retry =>
                {
                    retry.Ignore<Exception>(IsOwnTrouble);
                    retry.Intervals(50, 250, 1000);
                });
                rabbit.ConfigureEndpoints(context);
                foreach (var replica in context.GetServices<FanOutEndpoint>()) replica.Configure(context, rabbit, service);
            });
        });
        builder.Services.TryAddSingleton<OutboxHandover>();
        builder.Services.AddSingleton<OutboxPublisher>();
        builder.Services.AddSingleton<ConfirmedMessages>();
        builder.Services.AddHostedService<OutboxRelay>();
        builder.Services.AddPeriodicWork<InboxCleaner>();
        builder.AddFailedMessages(failed);
    }

    /// <summary>A consumer that opens a transaction for every message, and so works on a few of them at a time.</summary>
    public static void AddPacedConsumer<TConsumer>(this IBusRegistrationConfigurator bus)
        where TConsumer : class, IConsumer => bus.AddConsumer<TConsumer>(consumer => consumer.ConcurrentMessageLimit = AtOnce);

    internal static Uri Broker(IConfiguration configuration) =>
        new(configuration.GetConnectionString("rabbitmq") ?? throw new InvalidOperationException("ConnectionStrings:rabbitmq is not set."));

    // A sibling that must be asked is away, or its database is.
    private static bool IsOwnTrouble(Exception exception) =>
        DatabaseTrouble.IsOwn(exception) || exception is GroupCommitFullException or RpcException { StatusCode: StatusCode.Unavailable or StatusCode.DeadlineExceeded };
}
