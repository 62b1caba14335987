using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.Http.Resilience;

/// <summary>Pipelines live as long as the host: their circuits must outlast the handlers, which the client factory makes anew every two minutes.</summary>
internal sealed class StandardPipelines(IOptionsMonitor<HttpStandardResilienceOptions> options, IOptionsMonitor<PipelineSelection> selections) : IDisposable
{
    private readonly ConcurrentDictionary<(string Name, string Key), Lazy<StandardPipeline>> _pipelines = new();

    /// <summary>How a client of this name finds the pipeline for a request.</summary>
    public Func<HttpRequestMessage, StandardPipeline> Selector(string name)
    {
        var selection = selections.Get(name);
        return request => _pipelines.GetOrAdd((name, selection.Key(request)), key => new Lazy<StandardPipeline>(() => new StandardPipeline(options.Get(key.Name)))).Value;
    }

    public void Dispose()
    {
        foreach (var pipeline in _pipelines.Values.Where(pipeline => pipeline.IsValueCreated)) pipeline.Value.Dispose();
    }
}
