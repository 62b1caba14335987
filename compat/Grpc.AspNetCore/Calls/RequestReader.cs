using Grpc.Core;
using Grpc.Net.Client.Wire;

namespace Grpc.AspNetCore.Calls;

/// <summary>The requests of a streaming call, one at a time.</summary>
internal sealed class RequestReader<T>(HttpServerCallContext call, Marshaller<T> marshaller) : IAsyncStreamReader<T>
    where T : class
{
    private readonly FrameReader _frames = call.OpenRequest();
    private T? _current;
    private int _reading;

    public T Current => _current ?? throw new InvalidOperationException("No message has been read.");

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _reading, 1) == 1)
            throw new InvalidOperationException("Can't read the next message because the previous read is in progress.");
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, call.CancellationToken);
            var payload = await _frames.ReadAsync(either.Token);
            _current = payload is { } message ? marshaller.ContextualDeserializer(new PayloadReader(message)) : null;
            return _current is not null;
        }
        finally
        {
            Volatile.Write(ref _reading, 0);
        }
    }
}
