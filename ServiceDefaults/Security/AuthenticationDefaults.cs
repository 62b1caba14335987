using System.IdentityModel.Tokens.Jwt;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Meetings.ServiceDefaults.Security;

public static class AuthenticationDefaults
{
    /// <summary>Policy of the gRPC services: only our own services call them.</summary>
    public const string ServicePolicy = "service";

    private const string ServiceScheme = "Service";

    private static readonly TimeSpan AskForKeysAtMostEvery = TimeSpan.FromMinutes(5);

    /// <summary>
    /// People by bearer token (the issuer's, or in Development the gateway's), services by their own. An endpoint that says nothing asks for a person.
    /// </summary>
    public static void AddCallerAuthentication(this IHostApplicationBuilder builder)
    {
        var isDevelopment = builder.Environment.IsDevelopment();
        builder.Services.AddOptions<TokenOptions>().BindConfiguration(TokenOptions.Section).ValidateDataAnnotations()
            .Validate(
                tokens => tokens.Authority is not null || (isDevelopment && tokens.DevelopmentKey is not null),
                "Auth:Authority is not set. Only Development, with Auth:DevelopmentKey, goes without an issuer.")
            .ValidateOnStart();
        var options = builder.Configuration.GetSection(TokenOptions.Section).Get<TokenOptions>() ?? new TokenOptions();

        // Claims keep the names they have in the token. The handlers of either package version start from this default.
        JwtSecurityTokenHandler.DefaultMapInboundClaims = false;

        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme)
            .AddJwtBearer(bearer => ValidatePeople(bearer, options))
            .AddJwtBearer(ServiceScheme, bearer => Validate(bearer, Tokens.ServiceIssuer, Tokens.ServiceAudience, options.ServiceKey));

        // After the handler has made one: who makes up names of keys must not make us ask the issuer with every request.
        builder.Services.PostConfigure<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme, bearer =>
        {
            if (bearer.ConfigurationManager is ConfigurationManager<OpenIdConnectConfiguration> issuer) issuer.RefreshInterval = AskForKeysAtMostEvery;
        });

        var person = new AuthorizationPolicyBuilder(JwtBearerDefaults.AuthenticationScheme)
            .RequireAuthenticatedUser().RequireClaim(CallerClaims.Subject).Build();
        builder.Services.AddAuthorizationBuilder()
            .SetDefaultPolicy(person)
            .SetFallbackPolicy(person)
            .AddPolicy(ServicePolicy, policy => policy.AddAuthenticationSchemes(ServiceScheme).RequireAuthenticatedUser());
    }

    private static void ValidatePeople(JwtBearerOptions bearer, TokenOptions options)
    {
        if (options.Authority is { } authority)
        {
            bearer.Authority = authority.ToString();
            bearer.TokenValidationParameters = Parameters(issuer: null, options.Audience);
            bearer.Events = OnlyAlgorithms(SecurityAlgorithms.RsaSha256, SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.RsaSsaPssSha256);
            bearer.Events.OnAuthenticationFailed = context => IsNetworkTrouble(context.Exception)
                ? throw new IssuerUnavailableException(context.Exception)
                : Task.CompletedTask;
        }
        else
        {
            // The start has made sure that this is Development, and that there is a key.
            Validate(bearer, Tokens.DevelopmentIssuer, options.Audience, options.DevelopmentKey!);
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

    /// <summary>The issuer's keys were never had and cannot be fetched: no token can be judged, good or bad.</summary>
    private static bool IsNetworkTrouble(Exception? exception) =>
        exception is IOException or HttpRequestException or TaskCanceledException || (exception?.InnerException is { } inner && IsNetworkTrouble(inner));

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
