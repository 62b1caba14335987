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

    /// <summary>
    /// True when whoever asked may ask again in a moment: our own trouble, unless what we asked the database is wrong or forbidden, which is a defect
    /// and stays one.
    /// </summary>
    public static bool Passes(Exception exception) =>
        exception is GroupCommitFullException || (IsOwn(exception) && exception is not PostgresException { SqlState: ['4', '2', ..] });
}
