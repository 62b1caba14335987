using Microsoft.Extensions.Configuration;
using RabbitMQ.Client;

namespace Meetings.ServiceDefaults.Messaging.FailedMessages;

/// <summary>
/// A connection of its own: MassTransit keeps its to itself, and a failed message is to be taken and sent as it is, byte by byte. Confirms are on:
/// a publish that returns is on the broker's disk.
/// </summary>
internal sealed class BrokerLink(IConfiguration configuration, FailedQueue queue) : IAsyncDisposable
{
    private static readonly CreateChannelOptions Confirmed = new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);

    private IConnection? _connection;
    private IChannel? _channel;

    /// <summary>The open channel, or a new one. For one caller at a time.</summary>
    public async Task<IChannel> OpenAsync(CancellationToken ct)
    {
        if (_channel is { IsOpen: true }) return _channel;
        await DisposeAsync();

        var factory = new ConnectionFactory { Uri = MessagingDefaults.Broker(configuration), AutomaticRecoveryEnabled = false };
        _connection = await factory.CreateConnectionAsync(queue.Name, ct);
        _channel = await _connection.CreateChannelAsync(Confirmed, ct);
        await queue.DeclareAsync(_channel, ct);

        // Before every service had a queue of its own there was one for all; it must not go on collecting what is parked now.
        await _channel.QueueUnbindAsync(FailedQueue.DeadLetters, FailedQueue.DeadLetters, "", cancellationToken: ct);
        return _channel;
    }

    public async ValueTask DisposeAsync()
    {
        if (_channel is not null) await _channel.DisposeAsync();
        if (_connection is not null) await _connection.DisposeAsync();
        (_channel, _connection) = (null, null);
    }
}
