using System.IdentityModel.Tokens.Jwt;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Meetings.ServiceDefaults.Security;

public static class AuthenticationDefaults
{
    /// <summary>Policy of the gRPC services: only our own services call them.</summary>
    public const string ServicePolicy = "service";

    private const string ServiceScheme = "Service";

    /// <summary>
    /// People by bearer token (the issuer's, or in Development the gateway's), services by their own. An endpoint that says nothing asks for a person.
    /// </summary>
    public static void AddCallerAuthentication(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<TokenOptions>().BindConfiguration(TokenOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        var options = builder.Configuration.GetSection(TokenOptions.Section).Get<TokenOptions>() ?? new TokenOptions();

        // Claims keep the names they have in the token. The handlers of either package version start from this default.
        JwtSecurityTokenHandler.DefaultMapInboundClaims = false;

        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme)
            .AddJwtBearer(bearer => ValidatePeople(bearer, options, builder.Environment))
            .AddJwtBearer(ServiceScheme, bearer => Validate(bearer, Tokens.ServiceIssuer, Tokens.ServiceAudience, options.ServiceKey));

        var person = new AuthorizationPolicyBuilder(JwtBearerDefaults.AuthenticationScheme)
            .RequireAuthenticatedUser().RequireClaim(CallerClaims.Subject).Build();
        builder.Services.AddAuthorizationBuilder()
            .SetDefaultPolicy(person)
            .SetFallbackPolicy(person)
            .AddPolicy(ServicePolicy, policy => policy.AddAuthenticationSchemes(ServiceScheme).RequireAuthenticatedUser());
    }

    private static void ValidatePeople(JwtBearerOptions bearer, TokenOptions options, IHostEnvironment environment)
    {
        if (options.Authority is { } authority)
        {
            bearer.Authority = authority.ToString();
            bearer.TokenValidationParameters = Parameters(issuer: null, options.Audience);
            bearer.Events = OnlyAlgorithms(SecurityAlgorithms.RsaSha256, SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.RsaSsaPssSha256);
        }
        else if (environment.IsDevelopment() && options.DevelopmentKey is { } key)
        {
            Validate(bearer, Tokens.DevelopmentIssuer, options.Audience, key);
        }
        else
        {
            throw new InvalidOperationException("Auth:Authority is not set. Only Development, with Auth:DevelopmentKey, goes without an issuer.");
        }
    }

    private static void Validate(JwtBearerOptions bearer, string issuer, string audience, string key)
    {
        bearer.TokenValidationParameters = Parameters(issuer, audience);
        bearer.TokenValidationParameters.IssuerSigningKey = Tokens.Key(key);
        bearer.Events = OnlyAlgorithms(SecurityAlgorithms.HmacSha256);
    }

    private static TokenValidationParameters Parameters(string? issuer, string audience) => new()
    {
        ValidIssuer = issuer,
        ValidAudience = audience,
        ValidateIssuerSigningKey = true,
        ClockSkew = TimeSpan.FromSeconds(60),
        NameClaimType = CallerClaims.Subject,
        RoleClaimType = CallerClaims.Role,
    };

    // Pinned per issuer: a public RSA key must never serve as an HMAC secret.
    private static JwtBearerEvents OnlyAlgorithms(params string[] algorithms) => new()
    {
        OnTokenValidated = context =>
        {
            var algorithm = context.SecurityToken switch
            {
                JwtSecurityToken token => token.Header.Alg,
                JsonWebToken token => token.Alg,
                _ => null,
            };
            if (algorithm is null || !algorithms.Contains(algorithm)) context.Fail("The token's algorithm is not accepted.");
            return Task.CompletedTask;
        },
    };
}
