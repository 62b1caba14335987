namespace Grpc.Core;

/// <summary>Whether a channel is encrypted, and what authenticates its calls.</summary>
public abstract class ChannelCredentials
{
    private protected ChannelCredentials()
    {
    }

    public static ChannelCredentials Insecure { get; } = new Transport(secure: false, null);

    public static ChannelCredentials SecureSsl { get; } = new Transport(secure: true, null);

    internal abstract bool IsSecure { get; }

    internal abstract CallCredentials? CallCredentials { get; }

    public static ChannelCredentials Create(ChannelCredentials channelCredentials, CallCredentials callCredentials)
    {
        ArgumentNullException.ThrowIfNull(channelCredentials);
        ArgumentNullException.ThrowIfNull(callCredentials);
        var all = channelCredentials.CallCredentials is { } before ? CallCredentials.Compose(before, callCredentials) : callCredentials;
        return new Transport(channelCredentials.IsSecure, all);
    }

    private sealed class Transport(bool secure, CallCredentials? callCredentials) : ChannelCredentials
    {
        internal override bool IsSecure => secure;

        internal override CallCredentials? CallCredentials => callCredentials;
    }
}
