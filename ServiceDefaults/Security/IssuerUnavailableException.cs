namespace Meetings.ServiceDefaults.Security;

/// <summary>The issuer of people's tokens cannot be asked for its keys. Our trouble, and not the caller's: 503.</summary>
public sealed class IssuerUnavailableException(Exception cause) : Exception("The issuer of tokens cannot be reached.", cause);
