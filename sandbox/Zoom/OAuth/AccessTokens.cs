using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace Meetings.ZoomSandbox.OAuth;

/// <summary>Access tokens that are alive. Several may be at once, and a restart forgets all: a client must ask again on 401.</summary>
internal sealed class AccessTokens(IOptions<ZoomOptions> options, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, DateTimeOffset> _expiry = [];

    public string Issue()
    {
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var now = clock.GetUtcNow();
        lock (_gate)
        {
            // Long gone ones need not be told apart from unknown ones.
            foreach (var old in _expiry.Where(t => t.Value < now.AddDays(-1)).Select(t => t.Key).ToList()) _expiry.Remove(old);
            _expiry[token] = now.AddSeconds(options.Value.TokenSeconds);
        }

        return token;
    }

    /// <summary>Null when the token is good.</summary>
    public ZoomError? Check(string? authorization)
    {
        if (authorization is null || !authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) return ZoomError.InvalidToken;

        lock (_gate)
        {
            if (!_expiry.TryGetValue(authorization["Bearer ".Length..].Trim(), out var expiry)) return ZoomError.InvalidToken;
            return clock.GetUtcNow() < expiry ? null : ZoomError.ExpiredToken;
        }
    }

    /// <summary>As when the app is deactivated: every token dies.</summary>
    public void RevokeAll()
    {
        lock (_gate)
        {
            _expiry.Clear();
        }
    }
}
