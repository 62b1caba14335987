using System.Net;
using System.Net.Sockets;

namespace Aspire.Hosting.Processes;

/// <summary>
/// Finds ports that are free on the loopback. They are taken from below the range that the system uses for outgoing connections, so that
/// none of those sits on a port between its choice and its use.
/// </summary>
internal sealed class LoopbackPorts
{
    private const int First = 20_000;
    private const int End = 32_000;

    private readonly HashSet<int> _given = [];

    public static bool HasIPv6 { get; } = CanBind(IPAddress.IPv6Loopback, 0);

    public int Take()
    {
        for (var attempt = 0; attempt < 2_000; attempt++)
        {
            var port = Random.Shared.Next(First, End);
            lock (_given)
            {
                if (!_given.Contains(port) && IsFree(port))
                {
                    _given.Add(port);
                    return port;
                }
            }
        }

        throw new DistributedApplicationException($"No port is free between {First} and {End}.");
    }

    public static bool IsFree(int port) => CanBind(IPAddress.Loopback, port) && (!HasIPv6 || CanBind(IPAddress.IPv6Loopback, port));

    private static bool CanBind(IPAddress address, int port)
    {
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen(1);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
