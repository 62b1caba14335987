using Dapper;
using Meetings.ServiceDefaults.Messaging;
using Meetings.ServiceDefaults.Security;
using Npgsql;

namespace Meetings.ServiceDefaults.Data;

/// <summary>The service's database. All work is done in a <see cref="DatabaseSession"/>: one transaction, in which the database knows who is asking.</summary>
public sealed class Database(NpgsqlDataSource source, OutboxHandover handover)
{
    // "Local" settings end with the transaction, so a pooled connection never carries one caller's identity to the next.
    private const string Become = """
        set local role meetings_caller;
        select set_config('app.user_id', @user, true), set_config('app.academy_id', @academy, true), set_config('app.roles', @roles, true)
        """;

    /// <summary>A transaction on behalf of a person: row level security shows and lets change only what they may.</summary>
    public async Task<DatabaseSession> BeginAsync(Caller caller, CancellationToken ct)
    {
        var session = await BeginAsServiceAsync(ct);
        try
        {
            await session.ExecuteAsync(Become, new
            {
                user = caller.PersonId.ToString(),
                academy = caller.AcademyId?.ToString() ?? "",
                roles = string.Join(',', caller.Roles),
            }, ct);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Reads with the sight of the service itself, in one round trip and outside of any transaction: each statement sees what was committed when it began.
    /// </summary>
    /// <param name="read">Reads the statements' rows in their order.</param>
    public async Task<T> ReadAsServiceAsync<T>(string sql, object? args, Func<SqlMapper.GridReader, Task<T>> read, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var rows = await connection.QueryMultipleAsync(new CommandDefinition(sql, args, cancellationToken: ct));
        return await read(rows);
    }

    /// <summary>A transaction of the service itself: consumers, jobs, and answers to sibling services.</summary>
    public async Task<DatabaseSession> BeginAsServiceAsync(CancellationToken ct)
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
}
