using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Known = Meetings.Contracts.Directory.Roles;

namespace Meetings.ServiceDefaults.Security;

/// <summary>Who is asking, as the verified token says. What authorisation functions and row level security decide by.</summary>
/// <param name="PersonId">The directory's id of the person.</param>
/// <param name="AcademyId">Null for a super admin only.</param>
/// <param name="Roles">As in <see cref="Known"/>.</param>
public sealed record Caller(Guid PersonId, Guid? AcademyId, IReadOnlyList<string> Roles)
{
    public bool Is(string role) => Roles.Contains(role, StringComparer.Ordinal);

    public bool IsSuperAdmin => Is(Known.SuperAdmin);

    public bool Teaches => Is(Known.Teacher) || Is(Known.QuranTeacher) || Is(Known.AcademicTeacher);

    /// <summary>Admins and supervisors of this academy: the staff that sees all of it.</summary>
    public bool RunsAcademy(Guid academyId) =>
        IsSuperAdmin || (AcademyId == academyId && (Is(Known.AcademyAdmin) || Is(Known.Supervisor)));

    /// <summary>Bound by minimal APIs from the authenticated user.</summary>
    public static ValueTask<Caller?> BindAsync(HttpContext context) => ValueTask.FromResult(From(context.User));

    /// <summary>Null when the token names no person; such a token opens nothing.</summary>
    public static Caller? From(ClaimsPrincipal user) =>
        Guid.TryParse(user.FindFirstValue(CallerClaims.Subject), out var person)
            ? new Caller(
                person,
                Guid.TryParse(user.FindFirstValue(CallerClaims.Academy), out var academy) ? academy : null,
                [.. user.FindAll(CallerClaims.Role).Select(claim => claim.Value)])
            : null;
}

/// <summary>Names of the claims in our tokens.</summary>
public static class CallerClaims
{
    public const string Subject = "sub";
    public const string Academy = "academy_id";
    public const string Role = "role";
}
