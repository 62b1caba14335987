using Grpc.Core;
using Grpc.Core.Interceptors;
using Meetings.ServiceDefaults.Data;
using Microsoft.Extensions.Logging;

namespace Meetings.ServiceDefaults.Grpc;

/// <summary>Answers Unavailable for our own trouble that passes: to a sibling that says to come again, as 503 does to people.</summary>
internal sealed partial class OwnTroubleInterceptor(ILogger<OwnTroubleInterceptor> logger) : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        AnswerAsync(() => continuation(request, context));

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
        AnswerAsync(() => continuation(requestStream, context));

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        AnswerAsync(async () =>
        {
            await continuation(request, responseStream, context);
            return true;
        });

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        AnswerAsync(async () =>
        {
            await continuation(requestStream, responseStream, context);
            return true;
        });

    private async Task<T> AnswerAsync<T>(Func<Task<T>> answer)
    {
        try
        {
            return await answer();
        }
        catch (Exception e) when (DatabaseTrouble.Passes(e))
        {
            LogTrouble(e);
            throw new RpcException(new Status(StatusCode.Unavailable, "Temporarily unavailable."));
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database is in trouble; the sibling that asked is told to come again")]
    private partial void LogTrouble(Exception exception);
}
