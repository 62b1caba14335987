using Meetings.ServiceDefaults.Security;

namespace Meetings.Testing;

/// <summary>Tokens as the gateway's Development door and sibling services sign them, for hosts started with <see cref="Settings"/>.</summary>
public static class TestTokens
{
    private static readonly TokenOptions Options = new()
    {
        DevelopmentKey = "a-development-key-for-tests-0123456789",
        ServiceKey = "a-service-key-for-tests-0123456789abcdef",
    };

    /// <summary>Configuration with which a host accepts these tokens.</summary>
    public static IReadOnlyDictionary<string, string?> Settings { get; } = new Dictionary<string, string?>
    {
        ["Auth:DevelopmentKey"] = Options.DevelopmentKey,
        ["Auth:ServiceKey"] = Options.ServiceKey,
    };

    public static string For(Caller caller, TimeSpan? lifetime = null) =>
        Tokens.ForPerson(caller, "Test", Options, TimeProvider.System.GetUtcNow(), lifetime ?? TimeSpan.FromMinutes(10));

    public static string ForService(string name = "tests") =>
        Tokens.ForService(name, Options, TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(10));
}
