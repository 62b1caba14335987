using MassTransit;
using MassTransit.Middleware;
using RabbitMQ.Client;

namespace Meetings.ServiceDefaults.Messaging.FailedMessages;

/// <summary>
/// The one queue of a service in which everything lands that its consumers gave up on, that they do not know, or that the broker stopped delivering
/// to them. From there it goes into the service's table (<see cref="ParkFailedMessages"/>).
/// </summary>
/// <param name="service">Prefix of the service's queues.</param>
internal sealed class FailedQueue(string service) : IErrorQueueNameFormatter, IDeadLetterQueueNameFormatter
{
    /// <summary>The exchange to which the broker moves what exceeds the delivery limit: one for all services, as it stands in the arguments of their queues.</summary>
    public const string DeadLetters = "meetings.dead-letters";

    /// <summary>On a message that no consumer knew: the queue it came to. MassTransit says so only of faults.</summary>
    public const string QueueHeader = "meetings-queue";

    // RabbitMQ 4 drops what was put back twenty times. What waits here is put back whenever the database is away.
    private static readonly Dictionary<string, object?> Arguments = new() { ["x-queue-type"] = "quorum", ["x-delivery-limit"] = 1_000_000 };

    public string Name { get; } = $"{service}_failed";

    public string Service => service;

    /// <summary>True when the service has consumers, and so something that can fail.</summary>
    public bool IsUsed { get; private set; }

    /// <summary>Everybody's dead letters come to every service's queue: a fanout exchange cannot tell them apart. Each keeps its own.</summary>
    public bool Owns(string queue) => queue.StartsWith(service + "-", StringComparison.Ordinal);

    public string FormatErrorQueueName(string queueName) => Name;

    public string FormatDeadLetterQueueName(string queueName) => Name;

    public void Configure(IRabbitMqBusFactoryConfigurator bus)
    {
        bus.SendTopology.ErrorQueueNameFormatter = this;
        bus.SendTopology.DeadLetterQueueNameFormatter = this;
        bus.SendTopology.ConfigureErrorSettings = Declare;
        bus.SendTopology.ConfigureDeadLetterSettings = Declare;
    }

    public void Configure(IRabbitMqReceiveEndpointConfigurator endpoint)
    {
        IsUsed = true;
        endpoint.BindDeadLetterQueue(DeadLetters, Name, Declare);
        endpoint.ConfigureDeadLetter(pipe =>
        {
            pipe.UseFilter(new RememberQueue());
            pipe.UseFilter(new DeadLetterTransportFilter());
        });
    }

    /// <summary>Declares it, whoever comes first.</summary>
    public Task DeclareAsync(IChannel channel, CancellationToken ct) =>
        channel.QueueDeclareAsync(Name, durable: true, exclusive: false, autoDelete: false, Arguments, cancellationToken: ct);

    // MassTransit would give it the arguments of the queue that the message failed in.
    private static void Declare(IRabbitMqQueueBindingConfigurator queue)
    {
        foreach (var (argument, value) in Arguments) queue.SetQueueArgument(argument, value!);
        queue.SetQueueArgument("x-dead-letter-exchange", null!);
    }

    private sealed class RememberQueue : IFilter<ReceiveContext>
    {
        public Task Send(ReceiveContext context, IPipe<ReceiveContext> next)
        {
            if (context.TryGetPayload<RabbitMqBasicConsumeContext>(out var message) && message.Properties.Headers is { } headers)
            {
                headers[QueueHeader] = context.InputAddress.Segments[^1];
            }

            return next.Send(context);
        }

        public void Probe(ProbeContext context) => context.CreateFilterScope("remember-queue");
    }
}
