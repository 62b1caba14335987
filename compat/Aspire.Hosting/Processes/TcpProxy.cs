using System.Net;
using System.Net.Sockets;

namespace Aspire.Hosting.Processes;

/// <summary>Listens on the public port of an endpoint and gives each new connection to the next replica that takes it.</summary>
internal sealed class TcpProxy : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<TcpListener> _listeners = [];
    private readonly Func<IReadOnlyList<int>> _targets;
    private readonly Task _accepting;
    private int _turn;

    public TcpProxy(int port, Func<IReadOnlyList<int>> targets)
    {
        _targets = targets;
        Listen(IPAddress.Loopback, port);
        if (LoopbackPorts.HasIPv6) Listen(IPAddress.IPv6Loopback, port);
        _accepting = Task.WhenAll(_listeners.Select(AcceptAsync));
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        foreach (var listener in _listeners) listener.Dispose();
        await _accepting;
        _stopping.Dispose();
    }

    private void Listen(IPAddress address, int port)
    {
        var listener = new TcpListener(address, port);
        listener.Start();
        _listeners.Add(listener);
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var client = await listener.AcceptSocketAsync(_stopping.Token);
                _ = ServeAsync(client);
            }
            catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // Stopping, or a client that has gone before it was greeted.
            }
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using (client)
        {
            try
            {
                using var server = await ConnectAsync();
                if (server is null) return;
                client.NoDelay = server.NoDelay = true;
                var ways = new[] { PumpAsync(client, server), PumpAsync(server, client) };

                // What has ended in order one way (a half-closed connection) may go on the other; what has broken one way is broken both ways.
                if ((await Task.WhenAny(ways)).IsFaulted)
                {
                    client.Dispose();
                    server.Dispose();
                }

                await Task.WhenAll(ways);
            }
            catch (Exception broken) when (broken is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // One side has gone; closing the other passes that on.
            }
        }
    }

    private async Task<Socket?> ConnectAsync()
    {
        var targets = _targets();
        var first = (uint)Interlocked.Increment(ref _turn);
        for (uint i = 0; i < targets.Count; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, targets[(int)((first + i) % (uint)targets.Count)], _stopping.Token);
                return socket;
            }
            catch (SocketException)
            {
                socket.Dispose(); // Not up yet, or just down: the next one.
            }
        }

        return null;
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        int count;
        while ((count = await from.ReceiveAsync(buffer, _stopping.Token)) > 0)
        {
            for (var sent = 0; sent < count;) sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), _stopping.Token);
        }

        to.Shutdown(SocketShutdown.Send);
    }
}
