using Polly;

namespace Microsoft.Extensions.Http.Resilience;

/// <summary>Sends a request through the pipeline, which may send it several times.</summary>
internal sealed class ResilienceHandler(Func<HttpRequestMessage, StandardPipeline> selector) : DelegatingHandler
{
    public static readonly ResiliencePropertyKey<HttpRequestMessage> RequestKey = new("Resilience.Http.RequestMessage");

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var pipeline = selector(request);
        using var permit = pipeline.Limiter.AttemptAcquire();
        if (!permit.IsAcquired) throw new RateLimiterRejectedException();

        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(RequestKey, request);
        try
        {
            var outcome = await pipeline.Strategies.ExecuteOutcomeAsync(AttemptAsync, context, (Handler: this, Request: request)).ConfigureAwait(false);
            outcome.ThrowIfException();
            return outcome.Result!;
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private static async ValueTask<Outcome<HttpResponseMessage>> AttemptAsync(ResilienceContext context, (ResilienceHandler Handler, HttpRequestMessage Request) state)
    {
        // An outcome rather than a throw, as Polly asks for: every strategy on the way looks at it.
        try
        {
            return Outcome.FromResult(await state.Handler.SendOnceAsync(state.Request, context.CancellationToken).ConfigureAwait(false));
        }
        catch (Exception exception)
        {
            return Outcome.FromException<HttpResponseMessage>(exception);
        }
    }

    private Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, CancellationToken cancellationToken) => base.SendAsync(request, cancellationToken);
}
