using Dapper;
using Meetings.ServiceDefaults.Messaging;
using Npgsql;

namespace Meetings.ServiceDefaults.Data;

/// <summary>
/// One transaction: what it reads, writes and publishes. Nothing of it happens unless <see cref="CommitAsync"/> returns; messages go into the
/// outbox with the commit, and from there to the broker. Not committed is rolled back.
/// </summary>
public sealed class DatabaseSession : IAsyncDisposable
{
    private readonly OutboxHandover _handover;
    private readonly List<OutboxMessage> _messages = [];
    private Task? _abandoned;

    internal DatabaseSession(NpgsqlConnection connection, NpgsqlTransaction transaction, OutboxHandover handover) =>
        (Connection, Transaction, _handover) = (connection, transaction, handover);

    /// <summary>For what Dapper cannot say, such as arrays of composite rows or COPY.</summary>
    public NpgsqlConnection Connection { get; }

    public NpgsqlTransaction Transaction { get; }

    /// <returns>How many rows were written.</returns>
    public Task<int> ExecuteAsync(string sql, object? args, CancellationToken ct) =>
        LimitAsync(limited => Connection.ExecuteAsync(Command(sql, args, limited)), ct);

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? args, CancellationToken ct) =>
        (await LimitAsync(limited => Connection.QueryAsync<T>(Command(sql, args, limited)), ct)).AsList();

    public Task<T?> QuerySingleOrDefaultAsync<T>(string sql, object? args, CancellationToken ct) =>
        LimitAsync(limited => Connection.QuerySingleOrDefaultAsync<T>(Command(sql, args, limited)), ct);

    public async Task<T> ScalarAsync<T>(string sql, object? args, CancellationToken ct) =>
        (await LimitAsync(limited => Connection.ExecuteScalarAsync<T>(Command(sql, args, limited)), ct))!;

    /// <summary>Several statements in one round trip; each sees what was committed when it began, and their rows are read in their order.</summary>
    public Task<SqlMapper.GridReader> QueryMultipleAsync(string sql, object? args, CancellationToken ct) =>
        LimitAsync(limited => Connection.QueryMultipleAsync(Command(sql, args, limited)), ct);

    /// <summary>Publishes a message if, and only if, this session commits. At least once: consumers tell repeats by its id.</summary>
    public void Publish<T>(T message)
        where T : class => Publish(OutboxMessage.Of(message));

    /// <inheritdoc cref="Publish{T}"/>
    public void Publish(OutboxMessage message) => _messages.Add(message);

    /// <summary>Records a received message with the work it causes. False when this consumer has done that work before.</summary>
    public async Task<bool> TryReceiveAsync(Guid messageId, string consumer, CancellationToken ct) =>
        await ExecuteAsync("insert into inbox (message_id, consumer) values (@messageId, @consumer) on conflict do nothing", new { messageId, consumer }, ct) == 1;

    public Task CommitAsync(CancellationToken ct) => LimitAsync(
        async limited =>
        {
            var added = _messages.Count > 0 ? await Outbox.AddAsync(Connection, Transaction, _messages, _handover, limited) : null;
            await Transaction.CommitAsync(limited);
            if (added is not null) Outbox.Committed(added, _handover);
            return true;
        }, ct);

    public ValueTask DisposeAsync()
    {
        if (_abandoned is not { IsCompleted: false } running) return ReleaseAsync();

        // Nobody waits for it any more, and the connection cannot be had back before it has ended.
        _ = running.ContinueWith(_ => ReleaseAsync().AsTask(), TaskScheduler.Default).Unwrap().ContinueWith(
            released => released.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return ValueTask.CompletedTask;
    }

    private async ValueTask ReleaseAsync()
    {
        await Transaction.DisposeAsync();
        await Connection.DisposeAsync();
    }

    private Task<T> LimitAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken ct) =>
        Patience.LimitAsync(work, running => _abandoned = running, ct);

    private CommandDefinition Command(string sql, object? args, CancellationToken ct) => new(sql, args, Transaction, cancellationToken: ct);
}
