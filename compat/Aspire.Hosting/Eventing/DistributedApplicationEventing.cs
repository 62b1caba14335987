using System.Collections.Concurrent;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Eventing;

/// <summary>Calls the subscribers of an event one after another, in order of subscription; a failing one stops the rest.</summary>
internal sealed class DistributedApplicationEventing : IDistributedApplicationEventing
{
    private readonly ConcurrentDictionary<Type, ConcurrentQueue<DistributedApplicationEventSubscription>> _subscriptions = new();
    private readonly ConcurrentDictionary<DistributedApplicationEventSubscription, byte> _removed = new();

    public DistributedApplicationEventSubscription Subscribe<T>(Func<T, CancellationToken, Task> callback)
        where T : IDistributedApplicationEvent
    {
        ArgumentNullException.ThrowIfNull(callback);
        var subscription = new DistributedApplicationEventSubscription((@event, ct) => callback((T)@event, ct));
        _subscriptions.GetOrAdd(typeof(T), _ => []).Enqueue(subscription);
        return subscription;
    }

    public DistributedApplicationEventSubscription Subscribe<T>(IResource resource, Func<T, CancellationToken, Task> callback)
        where T : IDistributedApplicationResourceEvent =>
        Subscribe<T>((@event, ct) => ReferenceEquals(@event.Resource, resource) ? callback(@event, ct) : Task.CompletedTask);

    public void Unsubscribe(DistributedApplicationEventSubscription subscription) => _removed[subscription] = 0;

    public async Task PublishAsync<T>(T @event, CancellationToken cancellationToken = default)
        where T : IDistributedApplicationEvent
    {
        if (!_subscriptions.TryGetValue(typeof(T), out var subscriptions)) return;
        foreach (var subscription in subscriptions.Where(s => !_removed.ContainsKey(s))) await subscription.Callback(@event, cancellationToken);
    }
}
