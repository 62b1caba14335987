using System.Net;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Meetings.ServiceDefaults.Tests;

/// <summary>An OIDC issuer as seen over the wire: it publishes its key, signs tokens, counts questions, and can be down.</summary>
internal sealed class Issuer : HttpMessageHandler
{
    public const string Address = "https://issuer.example/";

    // Of its own: signers are cached by it, for all issuers of a process.
    private readonly string _kid = $"key-{Guid.NewGuid():n}";
    private readonly RSA _key = RSA.Create(2048);
    private int _asked;

    public bool IsDown { get; set; }

    /// <summary>How often its keys were fetched.</summary>
    public int Asked => _asked;

    public void Serves(IServiceCollection services) => services.Configure<JwtBearerOptions>(
        JwtBearerDefaults.AuthenticationScheme, bearer => bearer.BackchannelHttpHandler = this);

    /// <param name="stranger">Signed by whoever this is, not by the issuer.</param>
    /// <param name="kid">Under which name; the issuer's own unless given.</param>
    public string Token(RSA? stranger = null, string? kid = null, string audience = "meetings", string issuer = Address, TimeSpan? expires = null)
    {
        var key = new RsaSecurityKey((stranger ?? _key).ExportParameters(true)) { KeyId = kid ?? _kid };
        // Signed without the cache: two keys under one name are what some tests are about.
        key.CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false };
        return Sign(new SigningCredentials(key, SecurityAlgorithms.RsaSha256), audience, issuer, expires);
    }

    /// <summary>Signed with what everybody knows of it: its public key, taken for an HMAC secret.</summary>
    public IEnumerable<string> TokensSignedWithThePublicKey() =>
        new[] { _key.ExportSubjectPublicKeyInfo(), Encoding.UTF8.GetBytes(_key.ExportSubjectPublicKeyInfoPem()), _key.ExportRSAPublicKey(), _key.ExportParameters(false).Modulus! }
            .Select(secret => Sign(new SigningCredentials(new SymmetricSecurityKey(secret) { KeyId = _kid }, SecurityAlgorithms.HmacSha256), "meetings", Address, null));

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (IsDown) throw new HttpRequestException("Nobody there.");
        var isKeys = request.RequestUri!.AbsolutePath == "/keys";
        if (isKeys) Interlocked.Increment(ref _asked);
        var open = _key.ExportParameters(false);
        object document = isKeys
            ? new { keys = new[] { new { kty = "RSA", use = "sig", alg = "RS256", kid = _kid, n = Base64UrlEncoder.Encode(open.Modulus), e = Base64UrlEncoder.Encode(open.Exponent) } } }
            : new { issuer = Address, jwks_uri = $"{Address}keys" };
        return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(JsonSerializer.Serialize(document), Encoding.UTF8, "application/json") });
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _key.Dispose();
        base.Dispose(disposing);
    }

    private static string Sign(SigningCredentials with, string audience, string issuer, TimeSpan? expires) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = issuer,
        Audience = audience,
        Subject = new ClaimsIdentity([new Claim("sub", Guid.CreateVersion7().ToString())]),
        NotBefore = DateTime.UtcNow.AddHours(-1),
        IssuedAt = DateTime.UtcNow.AddHours(-1),
        Expires = DateTime.UtcNow + (expires ?? TimeSpan.FromMinutes(5)),
        SigningCredentials = with,
    });
}
