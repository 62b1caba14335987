using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Meetings.ServiceDefaults.Messaging;

/// <summary>Consumers of which every replica hears every message, as long as it runs.</summary>
public static class FanOut
{
    /// <summary>
    /// Gives each replica a queue of its own for this consumer, which is neither durable nor kept: what comes while it does not run, or the broker is away,
    /// is lost to it. For hints only.
    /// </summary>
    public static void AddFanOutConsumer<TConsumer>(this IBusRegistrationConfigurator bus)
        where TConsumer : class, IConsumer
    {
        bus.AddConsumer<TConsumer>().ExcludeFromConfigureEndpoints();
        bus.AddSingleton(new FanOutEndpoint(Configure<TConsumer>));
    }

    private static void Configure<TConsumer>(IBusRegistrationContext context, IRabbitMqBusFactoryConfigurator rabbit, string service)
        where TConsumer : class, IConsumer =>
        rabbit.ReceiveEndpoint($"{service}-replica-{Guid.NewGuid():n}", queue =>
        {
            queue.Durable = false;
            queue.AutoDelete = true;
            queue.DiscardFaultedMessages();
            queue.DiscardSkippedMessages();
            queue.ConfigureConsumer<TConsumer>(context);
        });
}

/// <summary>Adds the endpoint to a bus that is being made.</summary>
internal sealed record FanOutEndpoint(Action<IBusRegistrationContext, IRabbitMqBusFactoryConfigurator, string> Configure);
