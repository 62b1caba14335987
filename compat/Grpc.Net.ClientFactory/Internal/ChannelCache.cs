using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Grpc.Net.ClientFactory.Internal;

/// <summary>One channel per name, with the interceptors that belong to it, for as long as the services live.</summary>
internal sealed class ChannelCache(
    IServiceScopeFactory scopes,
    ILoggerFactory loggers,
    IHttpMessageHandlerFactory handlers,
    IOptionsMonitor<GrpcClientFactoryOptions> grpcOptions,
    IOptionsMonitor<HttpClientFactoryOptions> httpOptions) : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<Entry>> _entries = new();

    public CallInvoker Get(string name, Type type)
    {
        var entry = _entries.GetOrAdd(name, n => new Lazy<Entry>(() => Create(n, type)));
        try
        {
            return entry.Value.Invoker;
        }
        catch
        {
            // What failed once may be put right: the next to ask tries again.
            _entries.TryRemove(KeyValuePair.Create(name, entry));
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var entry in _entries.Values.Where(e => e.IsValueCreated)) entry.Value.Dispose();
    }

    private Entry Create(string name, Type type)
    {
        var options = grpcOptions.Get(name);
        ApplyHttpClientActions(name, options);

        var channelOptions = new GrpcChannelOptions { HttpHandler = handlers.CreateHandler(name), LoggerFactory = loggers };
        foreach (var configure in options.ChannelOptionsActions) configure(channelOptions);

        var address = options.Address ?? throw new InvalidOperationException(
            $"Could not resolve the address for gRPC client '{name}'. Set an address when registering the client: " +
            $"services.AddGrpcClient<{type.Name}>(o => o.Address = new Uri(\"https://localhost:5001\"))");
        if (options.CallCredentials.Count > 0 && address.Scheme != Uri.UriSchemeHttps && !channelOptions.UnsafeUseInsecureChannelCallCredentials)
        {
            throw new InvalidOperationException(
                $"Call credential configured for gRPC client '{name}' requires TLS, and the client isn't configured to use TLS. " +
                "Use a TLS address, or ConfigureChannel(o => o.UnsafeUseInsecureChannelCallCredentials = true).");
        }

        var scope = scopes.CreateScope();
        try
        {
            var channel = GrpcChannel.ForAddress(address, channelOptions);
            var invoker = channel.CreateCallInvoker().Intercepted(options, InterceptorScope.Channel, scope.ServiceProvider);
            return new Entry(invoker, channel, scope);
        }
        catch
        {
            scope.Dispose();
            throw;
        }
    }

    /// <summary>No HttpClient makes the calls, so only what a channel has too is taken from its configuration.</summary>
    private void ApplyHttpClientActions(string name, GrpcClientFactoryOptions options)
    {
        var actions = httpOptions.Get(name).HttpClientActions;
        if (actions.Count == 0) return;

        using var configured = new HttpClient(new HttpClientHandler());
        foreach (var action in actions) action(configured);
        options.Address ??= configured.BaseAddress;
        options.DefaultHeaders.Clear();
        foreach (var (key, values) in configured.DefaultRequestHeaders)
        {
            foreach (var value in values) options.DefaultHeaders.Add(KeyValuePair.Create(key.ToLowerInvariant(), value));
        }
    }

    private sealed record Entry(CallInvoker Invoker, GrpcChannel Channel, IServiceScope Scope) : IDisposable
    {
        public void Dispose()
        {
            Channel.Dispose();
            Scope.Dispose();
        }
    }
}
