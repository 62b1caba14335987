using System.Net;
using System.Net.Sockets;
using System.Text;
using Aspire.Hosting.Processes;

namespace Aspire.Hosting.Tests;

/// <summary>The proxy before replicas: how a connection ends on one side is how it ends on the other.</summary>
public sealed class TcpProxyTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly TcpListener _service = new(IPAddress.Loopback, 0);
    private readonly Socket _client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private TcpProxy _proxy = null!;
    private Socket _server = null!;

    public async ValueTask InitializeAsync()
    {
        _service.Start();
        var port = new LoopbackPorts().Take();
        _proxy = new TcpProxy(port, () => [((IPEndPoint)_service.LocalEndpoint).Port]);
        await _client.ConnectAsync(IPAddress.Loopback, port, TestApp.Cancelled);
        _server = await _service.AcceptSocketAsync(TestApp.Cancelled).AsTask().WaitAsync(Patience, TestApp.Cancelled);
        await _client.SendAsync("hello"u8.ToArray(), TestApp.Cancelled);
        Assert.Equal("hello", await ReadAsync(_server));
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _server.Dispose();
        await _proxy.DisposeAsync();
        _service.Dispose();
    }

    [Fact]
    public async Task A_client_that_breaks_off_is_gone_for_the_service_too()
    {
        _client.LingerState = new LingerOption(enable: true, seconds: 0); // Closes with a reset.
        _client.Close();

        Assert.True(await EndsAsync(_server));
    }

    [Fact]
    public async Task A_client_that_has_said_all_still_gets_its_answer()
    {
        _client.Shutdown(SocketShutdown.Send);
        Assert.True(await EndsAsync(_server));

        await _server.SendAsync("bye"u8.ToArray(), TestApp.Cancelled);
        Assert.Equal("bye", await ReadAsync(_client));
    }

    private static async Task<bool> EndsAsync(Socket socket)
    {
        try
        {
            return await ReadAsync(socket) == "";
        }
        catch (SocketException reset)
        {
            return reset.SocketErrorCode == SocketError.ConnectionReset;
        }
    }

    private static async Task<string> ReadAsync(Socket socket)
    {
        var buffer = new byte[64];
        var count = await socket.ReceiveAsync(buffer, TestApp.Cancelled).AsTask().WaitAsync(Patience, TestApp.Cancelled);
        return Encoding.ASCII.GetString(buffer, 0, count);
    }
}
