using System.Buffers;
using System.IO.Pipelines;

namespace Meetings.WebhookIngress.Receiving;

/// <summary>
/// A request's body, byte for byte as received: parsed and written again it would no longer be what was signed. Rented; dispose it when done.
/// </summary>
internal readonly struct RawBody : IDisposable
{
    /// <summary>Zoom's and LiveKit's largest events are a tenth of this.</summary>
    public const int MaxBytes = 256 * 1024;

    /// <summary>Room before the body for what is signed along with it, so that both are hashed in one go without a copy.</summary>
    public const int HeadRoom = 32;
    private const int FirstRent = 4096;

    private readonly byte[] _buffer;

    private RawBody(byte[] buffer, int length) => (_buffer, Length, Refusal) = (buffer, length, 0);

    private RawBody(int refusal) => (_buffer, Length, Refusal) = ([], 0, refusal);

    public static RawBody Refused(int status) => new(status);

    public int Length { get; }

    /// <summary>Zero, or the status to refuse with. There is no body then.</summary>
    public int Refusal { get; }

    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(HeadRoom, Length);

    /// <summary>The body with <paramref name="prefix"/> bytes of head room before it, to be filled in by the caller.</summary>
    public Span<byte> WithPrefix(int prefix) => _buffer.AsSpan(HeadRoom - prefix, prefix + Length);

    /// <param name="patience">In all: a sender who trickles would otherwise hold our buffer for as long as it likes.</param>
    public static async ValueTask<RawBody> ReadAsync(HttpRequest request, TimeSpan patience, TimeProvider clock)
    {
        if (request.ContentLength > MaxBytes) return new RawBody(StatusCodes.Status413PayloadTooLarge);

        var reader = request.BodyReader;
        var buffer = ArrayPool<byte>.Shared.Rent(HeadRoom + (int)(request.ContentLength ?? FirstRent));
        var length = 0;
        ITimer? timer = null;
        try
        {
            while (true)
            {
                var pending = reader.ReadAsync();
                // Nearly always all of it is there already; only who is slow costs us a timer.
                if (!pending.IsCompleted) timer ??= clock.CreateTimer(static r => ((PipeReader)r!).CancelPendingRead(), reader, patience, Timeout.InfiniteTimeSpan);

                var read = await pending;
                if (read.IsCanceled) return Refuse(StatusCodes.Status408RequestTimeout);

                var total = length + read.Buffer.Length;
                if (total > MaxBytes) return Refuse(StatusCodes.Status413PayloadTooLarge);
                while (HeadRoom + total > buffer.Length) buffer = Grow(buffer);
                read.Buffer.CopyTo(buffer.AsSpan(HeadRoom + length));
                length = (int)total;
                reader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted) return new RawBody(buffer, length);
            }
        }
        catch (BadHttpRequestException e)
        {
            return Refuse(e.StatusCode);
        }
        finally
        {
            // Waits for a callback under way: the server uses the reader again for the connection's next request.
            if (timer is not null) await timer.DisposeAsync();
        }

        RawBody Refuse(int status)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            return new RawBody(status);
        }
    }

    public void Dispose()
    {
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
    }

    private static byte[] Grow(byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Min(buffer.Length * 2, HeadRoom + MaxBytes + 1));
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }
}
