using System.Text;

namespace Meetings.WebhookIngress.Zoom;

/// <summary>Whose signature is believed, and how old it may be: the options, ready for use.</summary>
internal sealed class ZoomSecrets
{
    private readonly (byte[] Key, DateTimeOffset InvalidAt)[] _secrets;

    public ZoomSecrets(ZoomOptions options)
    {
        _secrets =
        [
            .. options.WebhookSecrets.Select(secret => (Encoding.UTF8.GetBytes(secret), DateTimeOffset.MaxValue)),
            .. options.RetiringSecrets.Select(retiring => (Encoding.UTF8.GetBytes(retiring.Secret), retiring.InvalidAt)),
        ];
        PastSeconds = (long)options.ReplayPast.TotalSeconds;
        FutureSeconds = (long)options.ReplayFuture.TotalSeconds;
    }

    public long PastSeconds { get; }

    public long FutureSeconds { get; }

    public ReadOnlySpan<(byte[] Key, DateTimeOffset InvalidAt)> All => _secrets;
}
