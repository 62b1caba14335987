using System.Net.Sockets;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>
/// A place where a resource can be reached. <see cref="Port"/> is the public port, <see cref="TargetPort"/> the port of the process;
/// either may be left to the orchestrator.
/// </summary>
public sealed class EndpointAnnotation : IResourceAnnotation
{
    private readonly TaskCompletionSource<AllocatedEndpoint> _allocation = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _transport;

    public EndpointAnnotation(
        ProtocolType protocol, string? uriScheme = null, string? transport = null, [EndpointName] string? name = null, int? port = null,
        int? targetPort = null, bool? isExternal = null, bool isProxied = true)
    {
        Protocol = protocol;
        UriScheme = uriScheme ?? (protocol == ProtocolType.Udp ? "udp" : "tcp");
        _transport = transport;
        Name = name ?? UriScheme;
        Port = port;
        TargetPort = targetPort;
        IsExternal = isExternal ?? false;
        IsProxied = isProxied;
        ModelName.Validate("Endpoint", Name);

        // Without a proxy between them the two ports are one.
        if (!isProxied)
        {
            Port ??= targetPort;
            TargetPort ??= port;
        }
    }

    public string Name { get; set; }

    public ProtocolType Protocol { get; set; }

    public string UriScheme { get; set; }

    public string Transport
    {
        get => _transport ?? (UriScheme is "http" or "https" ? "http" : Protocol == ProtocolType.Udp ? "udp" : "tcp");
        set => _transport = value;
    }

    public string TargetHost { get; set; } = "localhost";

    public int? Port { get; set; }

    public int? TargetPort { get; set; }

    public bool IsExternal { get; set; }

    public bool IsProxied { get; set; }

    public AllocatedEndpoint? AllocatedEndpoint
    {
        get => _allocation.Task.IsCompletedSuccessfully ? _allocation.Task.Result : null;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _allocation.TrySetResult(value);
        }
    }

    /// <summary>Whether it stands in the service's <c>Kestrel:Endpoints</c>, where its address must be overridden.</summary>
    internal bool FromKestrel { get; init; }

    /// <summary>The launch profile's <c>launchUrl</c>: shown, never called.</summary>
    internal string? LaunchUrl { get; init; }

    internal Task<AllocatedEndpoint> WhenAllocatedAsync(CancellationToken cancellationToken) => _allocation.Task.WaitAsync(cancellationToken);
}
