using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Meetings.Testing;

/// <summary>Stands between a service and its real database, and can take it away: refuse connections, or go silent as an unplugged server does.</summary>
public sealed class DatabaseProxy : IAsyncDisposable
{
    private readonly ConcurrentBag<Socket> _open = [];
    private readonly EndPoint _database;
    private readonly int _port;
    private readonly NpgsqlConnectionStringBuilder _connection;
    private TcpListener? _listener;
    private volatile TaskCompletionSource _silence = Ended();

    private DatabaseProxy(string connectionString)
    {
        _connection = new NpgsqlConnectionStringBuilder(connectionString);
        _database = new DnsEndPoint(_connection.Host!, _connection.Port);
        Listen(0);
        _port = ((IPEndPoint)_listener!.LocalEndpoint).Port;
        (_connection.Host, _connection.Port) = ("127.0.0.1", _port);
    }

    /// <summary>Of the same database, by way of the proxy.</summary>
    public string ConnectionString => _connection.ConnectionString;

    public static DatabaseProxy For(string connectionString) => new(connectionString);

    /// <summary>The server is gone: what is connected is cut, and nobody can connect.</summary>
    public void Refuse()
    {
        _listener?.Stop();
        _listener = null;
        foreach (var socket in _open) socket.Dispose();
        _open.Clear();
    }

    /// <summary>The server is silent: what is connected stays so, whoever connects is let in, and nothing comes back any more.</summary>
    public void FallSilent() => _silence = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>All is well again.</summary>
    public void Restore()
    {
        if (_listener is null) Listen(_port);
        _silence.TrySetResult();
    }

    public ValueTask DisposeAsync()
    {
        Refuse();
        _silence.TrySetResult();
        return ValueTask.CompletedTask;
    }

    private void Listen(int port)
    {
        // The port must be had again at once.
        _listener = new TcpListener(IPAddress.Loopback, port) { Server = { ExclusiveAddressUse = false } };
        _listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _listener.Start();
        _ = AcceptAsync(_listener);
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true) _ = ServeAsync(await listener.AcceptSocketAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        _open.Add(client);
        _open.Add(server);
        using (client)
        {
            try
            {
                await _silence.Task;
                await server.ConnectAsync(_database);
                await Task.WhenAny(PumpAsync(client, server), PumpAsync(server, client));
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // Either side has gone, and so does the other.
            }
        }
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is var read and > 0)
            {
                await _silence.Task;
                for (var sent = 0; sent < read;) sent += await to.SendAsync(buffer.AsMemory(sent, read - sent));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Either side has gone.
        }
    }

    private static TaskCompletionSource Ended()
    {
        var ended = new TaskCompletionSource();
        ended.SetResult();
        return ended;
    }
}
