using Dapper;
using Meetings.ServiceDefaults.Messaging;
using Meetings.ServiceDefaults.Security;
using Npgsql;

namespace Meetings.ServiceDefaults.Data;

/// <summary>
/// The service's database. All changes are made in a <see cref="DatabaseSession"/>: one transaction, in which the database knows who is asking. What is only
/// read may be read in one round trip.
/// </summary>
public sealed class Database(NpgsqlDataSource source, OutboxHandover handover)
{
    // Local to the transaction, so a pooled connection never carries one caller's identity to the next.
    private const string Become = """
        select set_config('role', 'meetings_caller', true), set_config('app.user_id', @callerId, true), set_config('app.academy_id', @callerAcademy, true),
            set_config('app.roles', @callerRoles, true)
        """;

    /// <summary>A transaction on behalf of a person: row level security shows and lets change only what they may.</summary>
    public async Task<DatabaseSession> BeginAsync(Caller caller, CancellationToken ct)
    {
        var session = await BeginAsServiceAsync(ct);
        try
        {
            await session.ExecuteAsync(Become, With(null, caller), ct);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Reads with the sight of the service itself, in one round trip and outside of any transaction of ours.
    /// </summary>
    /// <param name="sql">Statements; each sees what was committed when it began.</param>
    /// <param name="read">Reads their rows, in their order.</param>
    public Task<T> ReadAsServiceAsync<T>(string sql, object? args, Func<SqlMapper.GridReader, Task<T>> read, CancellationToken ct) => Patience.LimitAsync(
        async limited =>
        {
            await using var connection = await source.OpenConnectionAsync(limited);
            await using var rows = await connection.QueryMultipleAsync(new CommandDefinition(sql, args, cancellationToken: limited));
            return await read(rows);
        }, abandon: _ => { }, ct);

    /// <inheritdoc cref="ReadAsync{TBefore, T}"/>
    public async Task<T> ReadAsync<T>(Caller caller, string sql, object? args, Func<SqlMapper.GridReader, Task<T>> read, CancellationToken ct) =>
        await ReadAsServiceAsync($"{Become};{sql}", With(args, caller), async rows =>
        {
            await rows.ReadSingleAsync<string>();
            return await read(rows);
        }, ct);

    /// <summary>
    /// Reads on behalf of a person, in one round trip: statements that are sent together are one transaction for PostgreSQL, so who asks is told with them
    /// and forgotten after them.
    /// </summary>
    /// <param name="caller">Whose sight it is; null for the service's own.</param>
    /// <param name="before">What is read with the sight of the service itself, before.</param>
    public Task<(TBefore Before, T Rows)> ReadAsync<TBefore, T>(
        Caller? caller, string before, Func<SqlMapper.GridReader, Task<TBefore>> readBefore, string sql, Func<SqlMapper.GridReader, Task<T>> read, object? args,
        CancellationToken ct) => ReadAsServiceAsync(
            caller is null ? $"{before};{sql}" : $"{before};{Become};{sql}", caller is null ? args : With(args, caller), async rows =>
            {
                var first = await readBefore(rows);
                if (caller is not null) await rows.ReadSingleAsync<string>();
                return (first, await read(rows));
            }, ct);

    /// <summary>A transaction of the service itself: consumers, jobs, and answers to sibling services.</summary>
    public Task<DatabaseSession> BeginAsServiceAsync(CancellationToken ct) => Patience.LimitAsync(OpenAsync, late => _ = ReleaseAsync(late), ct);

    private async Task<DatabaseSession> OpenAsync(CancellationToken ct)
    {
        var connection = await source.OpenConnectionAsync(ct);
        try
        {
            return new DatabaseSession(connection, await connection.BeginTransactionAsync(ct), handover);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static DynamicParameters With(object? args, Caller caller)
    {
        var all = new DynamicParameters(args);
        all.Add("callerId", caller.PersonId.ToString());
        all.Add("callerAcademy", caller.AcademyId?.ToString() ?? "");
        all.Add("callerRoles", string.Join(',', caller.Roles));
        return all;
    }

    private static async Task ReleaseAsync(Task<DatabaseSession> late)
    {
        try
        {
            await (await late).DisposeAsync();
        }
        catch (Exception e) when (DatabaseTrouble.IsOwn(e) || e is OperationCanceledException)
        {
            // It came to nothing: nothing is held.
        }
    }
}
