using System.Threading.Channels;
using Microsoft.Extensions.Hosting;

namespace Meetings.ServiceDefaults.Data;

/// <summary>The writer is behind by more than it may hold in memory; the sender should try again in a moment.</summary>
public sealed class GroupCommitFullException() : Exception("The writer cannot keep up.");

/// <summary>
/// Commits many callers' items in one transaction: while one commit is under way the next items gather, and go together. Group commit takes the
/// round trip, the parse and the flush of a single-row insert and shares them, which is 3 to 5 times the rate at a lower p99 (docs/decisions/0004).
/// </summary>
/// <typeparam name="TItem">What is written.</typeparam>
/// <typeparam name="TResult">What its caller wants to know once it is on disk.</typeparam>
/// <param name="write">Writes and commits all items, in one statement if it can, and answers for each in order. Must be all or nothing.</param>
/// <param name="isOwnTrouble">
/// True for errors that no item is to blame for, such as a lost connection. For any other error a batch is written again item by item, so that one
/// bad item cannot take its neighbours with it.
/// </param>
/// <param name="gather">How long a first item waits for others, where nobody waits for it; by default not at all.</param>
public sealed class GroupCommit<TItem, TResult>(
    Func<IReadOnlyList<TItem>, CancellationToken, Task<IReadOnlyList<TResult>>> write, Func<Exception, bool> isOwnTrouble, TimeSpan gather = default) : BackgroundService
{
    private const int MaxBatch = 256;
    private const int MaxWaiting = 4096;

    private readonly Channel<Pending> _waiting = Channel.CreateBounded<Pending>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });

    /// <summary>Returns when the item is committed, and throws what kept it from being.</summary>
    /// <exception cref="GroupCommitFullException">Too many wait already; nothing was queued.</exception>
    public async Task<TResult> WriteAsync(TItem item, CancellationToken ct)
    {
        var pending = new Pending(item);
        if (!_waiting.Writer.TryWrite(pending)) throw new GroupCommitFullException();

        // The caller may give up waiting; the item is then committed all the same, which is harmless since every write here is idempotent.
        return await pending.Done.Task.WaitAsync(ct);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<Pending>(MaxBatch);
        try
        {
            while (await _waiting.Reader.WaitToReadAsync(stoppingToken))
            {
                if (gather > TimeSpan.Zero) await Task.Delay(gather, stoppingToken);
                while (batch.Count < MaxBatch && _waiting.Reader.TryRead(out var pending)) batch.Add(pending);
                await WriteAsync(batch, stoppingToken);
                batch.Clear();
            }
        }
        finally
        {
            // Nobody is left waiting for a writer that is gone.
            _waiting.Writer.TryComplete();
            foreach (var pending in batch) pending.Done.TrySetCanceled(stoppingToken);
            while (_waiting.Reader.TryRead(out var pending)) pending.Done.TrySetCanceled(stoppingToken);
        }
    }

    private async Task WriteAsync(List<Pending> batch, CancellationToken ct)
    {
        try
        {
            var results = await write(batch.ConvertAll(pending => pending.Item), ct);
            for (var i = 0; i < batch.Count; i++) batch[i].Done.TrySetResult(results[i]);
        }
        catch (Exception e) when (batch.Count > 1 && !isOwnTrouble(e) && !ct.IsCancellationRequested)
        {
            foreach (var pending in batch) await WriteAsync([pending], ct);
        }
        catch (Exception e)
        {
            foreach (var pending in batch) pending.Done.TrySetException(e);
        }
    }

    // Continuations run elsewhere: the writer must not answer HTTP requests on its own time.
    private sealed class Pending(TItem item)
    {
        public TItem Item { get; } = item;

        public TaskCompletionSource<TResult> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
