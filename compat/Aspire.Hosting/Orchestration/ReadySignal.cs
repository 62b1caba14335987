using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;

namespace Aspire.Hosting.Orchestration;

/// <summary>Publishes a resource's ready event once per start, at the first instance that is healthy.</summary>
internal sealed class ReadySignal(IResource resource, IDistributedApplicationEventing eventing, IServiceProvider services)
{
    private readonly Lock _gate = new();
    private Task? _published;
    private int _running;

    public void Started()
    {
        lock (_gate) _running++;
    }

    public void Stopped()
    {
        lock (_gate)
        {
            if (--_running == 0) _published = null;
        }
    }

    public Task FireOnce(CancellationToken cancellationToken)
    {
        lock (_gate) return _published ??= Task.Run(() => eventing.PublishAsync(new ResourceReadyEvent(resource, services), cancellationToken), cancellationToken);
    }
}
