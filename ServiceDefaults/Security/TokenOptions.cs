using System.ComponentModel.DataAnnotations;

namespace Meetings.ServiceDefaults.Security;

/// <summary>Section <c>Auth</c>: who may issue tokens, for people and between services.</summary>
public sealed class TokenOptions
{
    public const string Section = "Auth";

    /// <summary>OIDC issuer of people's tokens. Null in Development, where the gateway issues them.</summary>
    public Uri? Authority { get; set; }

    /// <summary>What people's tokens are for. Default <c>meetings</c>.</summary>
    [Required]
    public string Audience { get; set; } = "meetings";

    /// <summary>HMAC key of the gateway's Development tokens; at least 32 characters. Ignored outside of Development.</summary>
    [MinLength(32)]
    public string? DevelopmentKey { get; set; }

    /// <summary>HMAC key of the tokens with which services call one another; at least 32 characters.</summary>
    [Required, MinLength(32)]
    public string ServiceKey { get; set; } = "";
}
