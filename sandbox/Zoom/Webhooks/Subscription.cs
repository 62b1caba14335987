using Microsoft.Extensions.Options;

namespace Meetings.ZoomSandbox.Webhooks;

/// <summary>The app's event subscription: switched off after six failed validations in a row, on again by one that succeeds.</summary>
internal sealed class Subscription(IOptions<ZoomOptions> options)
{
    private const int FailuresAllowed = 6;

    private int _failures;

    public Uri? Endpoint => options.Value.WebhookUrl;

    public int ConsecutiveFailures => Volatile.Read(ref _failures);

    public bool IsActive => Endpoint is not null && ConsecutiveFailures < FailuresAllowed;

    public void Validated(bool success)
    {
        if (success) Volatile.Write(ref _failures, 0);
        else Interlocked.Increment(ref _failures);
    }
}
