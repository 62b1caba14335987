using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>Finds services, and remembers what it found until the configuration changes or the refresh period is over.</summary>
internal sealed class ServiceEndpointResolver(
    IEnumerable<IServiceEndpointProvider> providers, IConfiguration configuration, IOptions<ServiceDiscoveryOptions> options, TimeProvider? time = null)
{
    private const int MostRemembered = 1000;

    private readonly ConcurrentDictionary<string, Resolution> _resolutions = new(StringComparer.OrdinalIgnoreCase);
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>All endpoints of <c>scheme://service</c>, and a token that fires when this may be out of date.</summary>
    public (IReadOnlyList<ServiceEndpoint> Endpoints, IChangeToken ChangeToken) GetEndpoints(string address)
    {
        var resolution = Current(address);
        return (resolution.Endpoints, resolution.ChangeToken);
    }

    /// <summary>One endpoint, the next in turn.</summary>
    public ServiceEndpoint GetEndpoint(string address) => Current(address).Next();

    private Resolution Current(string address)
    {
        if (_resolutions.TryGetValue(address, out var known) && !known.ChangeToken.HasChanged && _time.GetElapsedTime(known.Made) < options.Value.RefreshPeriod) return known;

        // The token first: a change while we read must not go unnoticed.
        var token = configuration.GetReloadToken();
        var resolution = new Resolution(Find(address), token, _time.GetTimestamp());

        // Names that come from outside (web hooks of a customer's choice) must not pile up here.
        if (_resolutions.Count >= MostRemembered) _resolutions.Clear();
        _resolutions[address] = resolution;
        return resolution;
    }

    private IReadOnlyList<ServiceEndpoint> Find(string address)
    {
        var query = ServiceQuery.Parse(address);
        foreach (var provider in providers)
        {
            if (provider.Find(query) is { Count: > 0 } endpoints) return endpoints;
        }

        throw new InvalidOperationException($"No provider which supports the provided service name, '{address}', has been configured.");
    }

    private sealed class Resolution(IReadOnlyList<ServiceEndpoint> endpoints, IChangeToken changeToken, long made)
    {
        private uint _turn = uint.MaxValue;

        public IReadOnlyList<ServiceEndpoint> Endpoints => endpoints;

        public IChangeToken ChangeToken => changeToken;

        public long Made => made;

        public ServiceEndpoint Next() => endpoints[(int)(Interlocked.Increment(ref _turn) % (uint)endpoints.Count)];
    }
}
