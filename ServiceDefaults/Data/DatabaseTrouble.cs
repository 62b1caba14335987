using Npgsql;

namespace Meetings.ServiceDefaults.Data;

/// <summary>Tells our own trouble with the database, which passes, from what is wrong with what was to be written, which does not.</summary>
public static class DatabaseTrouble
{
    /// <summary>True when the database is away, full, read-only, restarting or too slow. Trying the same again later may help.</summary>
    public static bool IsOwn(Exception exception) => exception switch
    {
        // Data exceptions and integrity violations, by their classes, are about what was to be written. All else is about where.
        PostgresException { SqlState: ['2', '2' or '3', ..] } => false,
        NpgsqlException or TimeoutException => true,
        _ => false,
    };
}
