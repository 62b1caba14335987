using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The console logs of every instance: what its process writes and what the orchestrator says about it.</summary>
public class ResourceLoggerService
{
    private readonly ConcurrentDictionary<string, ResourceLog> _logs = new(StringComparer.OrdinalIgnoreCase);

    public ILogger GetLogger(IResource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        var logs = InstanceIds(resource).Select(Log).ToArray();
        return new ResourceLogger(logs);
    }

    public ILogger GetLogger(string resourceName)
    {
        ArgumentNullException.ThrowIfNull(resourceName);
        return new ResourceLogger([Log(resourceName)]);
    }

    public IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(string resourceName) => Log(resourceName).WatchAsync();

    public IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(IResource resource) => WatchAsync(SingleId(resource));

    public IAsyncEnumerable<IReadOnlyList<LogLine>> GetAllAsync(string resourceName) => Log(resourceName).GetAllAsync();

    public IAsyncEnumerable<IReadOnlyList<LogLine>> GetAllAsync(IResource resource) => GetAllAsync(SingleId(resource));

    public void Complete(IResource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        foreach (var id in InstanceIds(resource)) Complete(id);
    }

    public void Complete(string name) => Log(name).Complete();

    public void ClearBacklog(string resourceName) => Log(resourceName).Clear();

    /// <summary>Called for each line of each instance, with the instance's id.</summary>
    internal event Action<string, LogLine>? LineWritten;

    internal ResourceLog Log(string id) => _logs.GetOrAdd(id, key =>
    {
        var log = new ResourceLog();
        log.Written += line => LineWritten?.Invoke(key, line);
        return log;
    });

    private static IEnumerable<string> InstanceIds(IResource resource) => resource.InstanceIds();

    private static string SingleId(IResource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return InstanceIds(resource).First();
    }
}
