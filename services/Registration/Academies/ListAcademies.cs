using Meetings.Registration.Access;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Meetings.Registration.Academies;

/// <summary>The academies that the caller belongs to: one, or all of them for a super admin.</summary>
internal sealed class ListAcademies(Database database)
{
    public sealed record Academy(
        Guid Id, string Slug, string Name, string TimeZone, IReadOnlyList<string> EmailDomains, string AttendancePolicy, long Version);

    public static void Map(IEndpointRouteBuilder academies) => academies.MapGet("",
        (Caller caller, PageRequest page, ListAcademies useCase, CancellationToken ct) => useCase.HandleAsync(caller, page, ct));

    private async Task<Ok<Page<Academy>>> HandleAsync(Caller caller, PageRequest page, CancellationToken ct)
    {
        await using var session = await database.BeginAsync(caller, ct);
        var total = await session.ScalarAsync<long>(Count, null, ct);
        var rows = await session.QueryAsync<Row>(Read, page, ct);
        var visible = rows.Where(row => DirectoryAccess.May(caller, DirectoryAction.SeeAcademy, new(row.Id)));
        return TypedResults.Ok(new Page<Academy>(
            [.. visible.Select(row => new Academy(row.Id, row.Slug, row.Name, row.TimeZone, row.EmailDomains, row.AttendancePolicy, row.Version))],
            total, page.Limit, page.Offset));
    }

    private sealed record Row(Guid Id, string Slug, string Name, string TimeZone, string[] EmailDomains, string AttendancePolicy, long Version);

    private const string Count = "select count(*) from academy";

    private const string Read = """
        select id, slug, name, time_zone, email_domains, attendance_policy, version
        from academy order by name, id limit @Limit offset @Offset
        """;
}
