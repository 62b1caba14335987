using System.Diagnostics;
using Grpc.AspNetCore.Model;
using Grpc.Core;
using Grpc.Net.Client.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Calls;

/// <summary>What every call goes through: it is checked, run, and ended with a status, whatever happens.</summary>
internal abstract partial class CallHandler(IMethod method, EffectiveOptions options, ILogger logger)
{
    protected EffectiveOptions Options => options;

    private bool HasStreamingRequest => method.Type is MethodType.ClientStreaming or MethodType.DuplexStreaming;

    public async Task HandleAsync(HttpContext context)
    {
        if (!await IsGrpcAsync(context)) return;
        if (HasStreamingRequest) LiftLimits(context);

        await using var call = new HttpServerCallContext(context, method, options, logger);
        var activity = context.Features.Get<IHttpActivityFeature>()?.Activity;
        activity?.SetTag("grpc.method", method.FullName);
        try
        {
            await RunAsync(call);
            await call.EndAsync(call.Status);
        }
        catch (RpcException error)
        {
            // The words are for the caller, and may name people: they are not logged.
            LogRefused(logger, method.FullName, error.StatusCode);
            foreach (var entry in error.Trailers) call.ResponseTrailers.Add(entry);
            await call.EndAsync(error.Status);
        }
        catch (Exception error)
        {
            LogFailure(call, error);
            var detail = options.DetailedErrors ? $"Exception was thrown by handler. {Describe(error)}" : "Exception was thrown by handler.";
            await call.EndAsync(new Status(StatusCode.Unknown, detail, error));
        }

        activity?.SetTag("grpc.status_code", ((int)call.Status.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>A call that no method of a service is asked about.</summary>
    public static async Task RefuseAsync(HttpContext context, Status status)
    {
        if (!await IsGrpcAsync(context)) return;
        Trailers.WriteToHeaders(context.Response, status, []);
    }

    protected abstract Task RunAsync(HttpServerCallContext call);

    private static async ValueTask<bool> IsGrpcAsync(HttpContext context)
    {
        var response = context.Response;
        if (!HttpProtocol.IsHttp2(context.Request.Protocol) && !HttpProtocol.IsHttp3(context.Request.Protocol))
        {
            response.StatusCode = StatusCodes.Status426UpgradeRequired;
            Trailers.WriteToHeaders(response, new Status(StatusCode.Internal, $"Request protocol '{context.Request.Protocol}' is not supported."), []);
            response.Headers.Upgrade = "HTTP/2";
            await response.CompleteAsync();
            return false;
        }

        if (Names.IsGrpc(context.Request.ContentType)) return true;
        response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
        Trailers.WriteToHeaders(response, new Status(StatusCode.Internal, $"Content-Type '{context.Request.ContentType}' is not supported."), []);
        await response.CompleteAsync();
        return false;
    }

    /// <summary>A stream of requests may be long, slow and large in all.</summary>
    private static void LiftLimits(HttpContext context)
    {
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate) rate.MinDataRate = null;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = null;
        context.Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();
    }

    private void LogFailure(HttpServerCallContext call, Exception error)
    {
        // When the caller is gone, what breaks is no news.
        if (call.CancellationToken.IsCancellationRequested && error is OperationCanceledException or IOException) LogCancelled(logger, error, method.FullName);
        else LogFailed(logger, error, method.FullName);
    }

    private static string Describe(Exception error)
    {
        var text = $"{error.GetType().Name}: {error.Message}";
        return error.InnerException is { } inner ? $"{text} {Describe(inner)}" : text;
    }

    [LoggerMessage(1, LogLevel.Information, "Call of {Method} was refused with {StatusCode}.")]
    private static partial void LogRefused(ILogger logger, string method, StatusCode statusCode);

    [LoggerMessage(2, LogLevel.Error, "Error when executing service method {Method}.")]
    private static partial void LogFailed(ILogger logger, Exception error, string method);

    [LoggerMessage(3, LogLevel.Information, "Call of {Method} was cancelled.")]
    private static partial void LogCancelled(ILogger logger, Exception error, string method);
}
