using System.Text;

namespace Meetings.WebhookIngress.LiveKit;

/// <summary>The keys of the options, ready for use.</summary>
internal sealed class LiveKitKeys(LiveKitOptions options)
{
    private readonly LiveKitKey[] _all = [.. options.Keys.Select(key => new LiveKitKey(key.Key, Encoding.UTF8.GetBytes(key.Value)))];

    public ReadOnlySpan<LiveKitKey> All => _all;
}

/// <param name="Id">As LiveKit spells it, in <c>iss</c>.</param>
internal sealed record LiveKitKey(string Id, byte[] Secret);
