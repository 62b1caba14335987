using Grpc.Core;

namespace Grpc.AspNetCore.Calls;

/// <summary>The responses of a streaming call, one at a time.</summary>
internal sealed class ResponseWriter<T>(HttpServerCallContext call, Marshaller<T> marshaller) : IServerStreamWriter<T>
    where T : class
{
    private int _writing;

    public WriteOptions? WriteOptions
    {
        get => call.WriteOptions;
        set => call.WriteOptions = value;
    }

    public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

    public async Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (Interlocked.Exchange(ref _writing, 1) == 1)
            throw new InvalidOperationException("Can't write the message because the previous write is in progress.");
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, call.CancellationToken);
            var flush = WriteOptions?.Flags.HasFlag(WriteFlags.BufferHint) != true;
            await call.WriteAsync(marshaller, message, WriteOptions, flush, either.Token);
        }
        finally
        {
            Volatile.Write(ref _writing, 0);
        }
    }
}
