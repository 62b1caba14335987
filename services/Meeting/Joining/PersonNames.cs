using Meetings.Meeting.Directory;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Meeting.Joining;

/// <summary>What people are called, from the read copy; the directory is asked for whom it misses.</summary>
internal sealed class PersonNames(Database db, SchoolDirectoryReader directory)
{
    /// <summary>Empty for somebody whom the directory does not know either.</summary>
    /// <exception cref="DirectoryUnavailableException"/>
    public async Task<string> FindAsync(Guid personId, CancellationToken ct)
    {
        if (await ReadAsync(personId, ct) is { } known) return known;
        await directory.FetchPersonAsync(personId, ct);
        return await ReadAsync(personId, ct) ?? "";
    }

    private async Task<string?> ReadAsync(Guid personId, CancellationToken ct)
    {
        await using var session = await db.BeginAsServiceAsync(ct);
        return await session.QuerySingleOrDefaultAsync<string>("select name from person where person_id = @personId", new { personId }, ct);
    }
}
