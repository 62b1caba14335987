using Grpc.Core;

namespace Grpc.Net.Client.Calls;

/// <summary>Writes the requests of a streaming call, one at a time.</summary>
internal sealed class RequestStreamWriter<TRequest, TResponse>(GrpcCall<TRequest, TResponse> call, StreamingContent content)
    : IClientStreamWriter<TRequest>
    where TRequest : class
    where TResponse : class
{
    private int _writing;
    private volatile bool _completed;

    public WriteOptions? WriteOptions { get; set; } = call.WriteOptions;

    public Task WriteAsync(TRequest message) => WriteAsync(message, CancellationToken.None);

    public async Task WriteAsync(TRequest message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (_completed) throw new InvalidOperationException("Request stream has already been completed.");
        if (Interlocked.Exchange(ref _writing, 1) == 1)
            throw new InvalidOperationException("Can't write the message because the previous write is in progress.");
        try
        {
            using var cancelled = cancellationToken.Register(call.Cancel);
            ThrowIfEnded();
            await WriteFrameAsync(message).ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _writing, 0);
        }
    }

    public Task CompleteAsync()
    {
        if (_writing == 1) throw new InvalidOperationException("Can't complete the client stream writer because the previous write is in progress.");
        _completed = true;
        content.Complete();
        return Task.CompletedTask;
    }

    private async Task WriteFrameAsync(TRequest message)
    {
        var frame = call.Frame(message, WriteOptions);
        try
        {
            var stream = await content.Opened.WaitAsync(call.Stopped).ConfigureAwait(false);
            await stream.WriteAsync(frame, call.Stopped).ConfigureAwait(false);
            if (WriteOptions?.Flags.HasFlag(WriteFlags.BufferHint) != true) await stream.FlushAsync(call.Stopped).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            ThrowIfEnded();

            // The server may have ended the call, and how it did is in the response, which is read elsewhere.
            throw new RpcException(TransportErrors.ToStatus(error, "Error writing message."));
        }
    }

    private void ThrowIfEnded()
    {
        if (!call.IsEnded) return;
        throw call.GetStatus().StatusCode == StatusCode.OK
            ? new InvalidOperationException("Can't write the message because the call is complete.")
            : call.Error();
    }
}
