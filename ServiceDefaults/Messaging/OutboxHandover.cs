using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace Meetings.ServiceDefaults.Messaging;

/// <summary>
/// Passes what was just committed to this process's relay, in memory. A row whose message the relay takes is born under the relay's lease, so that
/// nobody need claim it first; what is lost with the process stays in the outbox, and is claimed by any replica when the lease has run out. In memory
/// on purpose also where it only wakes: NOTIFY takes a global lock at commit.
/// </summary>
public sealed class OutboxHandover
{
    // What a burst leaves beyond this waits in the database and not in memory.
    private const int MaxWaiting = 4096;

    // What waited longer, since the broker took nothing, may be claimed by others before it is published: they have it.
    private static readonly TimeSpan Fresh = Outbox.Lease / 3;

    private readonly Channel<(OutboxMessage Message, long PassedAt)> _committed =
        Channel.CreateUnbounded<(OutboxMessage, long)>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    // Kinds of messages that the broker had a queue for when it was last asked.
    private readonly ConcurrentDictionary<string, bool> _routed = new();

    private volatile bool _open;
    private int _waiting;

    /// <summary>Whether the relay would publish messages of this kind at once: it reaches the broker, somebody listens, and it keeps up.</summary>
    /// <param name="messageType">The kind.</param>
    /// <param name="before">How many messages will be passed before it, with the same commit.</param>
    public bool Takes(string messageType, int before) => _open && _waiting + before < MaxWaiting && _routed.ContainsKey(messageType);

    /// <summary>To be called right after the commit of the message's row.</summary>
    /// <param name="leased">Its row was written under the relay's lease, since <see cref="Takes"/> said so; otherwise somebody has to claim it.</param>
    public void Pass(OutboxMessage message, bool leased)
    {
        if (leased)
        {
            Interlocked.Increment(ref _waiting);
            _committed.Writer.TryWrite((message, Stopwatch.GetTimestamp()));
        }
        else
        {
            _wake.Writer.TryWrite(true);
        }
    }

    /// <summary>False when nothing will be passed any more.</summary>
    internal ValueTask<bool> WaitToTakeAsync(CancellationToken ct) => _committed.Reader.WaitToReadAsync(ct);

    /// <summary>False while the broker is away: then rows wait without a lease, for a replica that reaches it.</summary>
    internal bool IsOpen
    {
        get => _open;
        set => _open = value;
    }

    /// <summary>The next that was passed; one that has waited for too long is left to whoever claims it.</summary>
    internal bool TryTake([MaybeNullWhen(false)] out OutboxMessage message)
    {
        while (_committed.Reader.TryRead(out var passed))
        {
            Interlocked.Decrement(ref _waiting);
            message = passed.Message;
            if (Stopwatch.GetElapsedTime(passed.PassedAt) < Fresh) return true;
        }

        message = null;
        return false;
    }

    internal bool IsRouted(string messageType) => _routed.ContainsKey(messageType);

    internal void Routed(string messageType) => _routed.TryAdd(messageType, true);

    internal void NotRouted(string messageType) => _routed.TryRemove(messageType, out _);

    /// <summary>Returns when there is something to claim, or after <paramref name="timeout"/>.</summary>
    internal async Task WaitToClaimAsync(TimeSpan timeout, TimeProvider clock, CancellationToken ct)
    {
        using var timer = new CancellationTokenSource(timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, ct);
        try
        {
            await _wake.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // Time to look anyway.
        }
    }
}
