namespace Microsoft.Extensions.Http.Resilience;

public static class HttpRetryStrategyOptionsExtensions
{
    private static readonly HttpMethod[] Unsafe = [HttpMethod.Delete, HttpMethod.Post, HttpMethod.Put, HttpMethod.Connect, HttpMethod.Patch];

    /// <summary>Requests that may change something are sent once: a retry could do it twice.</summary>
    public static void DisableForUnsafeHttpMethods(this HttpRetryStrategyOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var shouldHandle = options.ShouldHandle;
        options.ShouldHandle = async args =>
        {
            if (!await shouldHandle(args).ConfigureAwait(args.Context.ContinueOnCapturedContext)) return false;
            var request = args.Outcome.Result?.RequestMessage ?? args.Context.Properties.GetValue(ResilienceHandler.RequestKey, null!);
            return request is null || !Unsafe.Contains(request.Method);
        };
    }
}
