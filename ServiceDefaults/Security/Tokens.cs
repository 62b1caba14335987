using System.Security.Claims;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Meetings.ServiceDefaults.Security;

/// <summary>The tokens that we sign ourselves: Development tokens of people, and those between services.</summary>
public static class Tokens
{
    public const string DevelopmentIssuer = "meetings-development";
    public const string ServiceIssuer = "meetings-services";
    public const string ServiceAudience = "meetings-internal";

    /// <summary>A token of a person of the demo school. Only the gateway's Development door calls this.</summary>
    public static string ForPerson(Caller caller, string name, TokenOptions options, DateTimeOffset now, TimeSpan lifetime) =>
        Sign(DevelopmentIssuer, options.Audience, options.DevelopmentKey!, now, lifetime,
        [
            new Claim(CallerClaims.Subject, caller.PersonId.ToString()),
            new Claim("name", name),
            .. caller.AcademyId is { } academy ? [new Claim(CallerClaims.Academy, academy.ToString())] : Array.Empty<Claim>(),
            .. caller.Roles.Select(role => new Claim(CallerClaims.Role, role)),
        ]);

    /// <summary>A token with which <paramref name="service"/> calls its siblings.</summary>
    public static string ForService(string service, TokenOptions options, DateTimeOffset now, TimeSpan lifetime) =>
        Sign(ServiceIssuer, ServiceAudience, options.ServiceKey, now, lifetime, [new Claim(CallerClaims.Subject, service)]);

    internal static SecurityKey Key(string secret) => new SymmetricSecurityKey(Encoding.UTF8.GetBytes(secret));

    private static string Sign(string issuer, string audience, string key, DateTimeOffset now, TimeSpan lifetime, IEnumerable<Claim> claims) =>
        new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer,
            Audience = audience,
            Subject = new ClaimsIdentity(claims),
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = (now + lifetime).UtcDateTime,
            SigningCredentials = new SigningCredentials(Key(key), SecurityAlgorithms.HmacSha256),
        });
}
