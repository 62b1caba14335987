using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.Http.Resilience;

/// <summary>Pipelines live as long as the host: their circuits must outlast the handlers, which the client factory makes anew every two minutes.</summary>
internal sealed class StandardPipelines(IOptionsMonitor<HttpStandardResilienceOptions> options) : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<StandardPipeline>> _pipelines = new();

    public StandardPipeline Get(string name) => _pipelines.GetOrAdd(name, key => new Lazy<StandardPipeline>(() => new StandardPipeline(options.Get(key)))).Value;

    public void Dispose()
    {
        foreach (var pipeline in _pipelines.Values.Where(pipeline => pipeline.IsValueCreated)) pipeline.Value.Dispose();
    }
}
