namespace Compat.Data.Tests;

/// <summary>Real servers that the environment names. Without one a test is skipped, but on CI it fails.</summary>
internal static class TestServers
{
    public static string Postgres => Named("MEETINGS_TEST_POSTGRES");

    public static string Redis => Named("MEETINGS_TEST_REDIS");

    private static string Named(string variable)
    {
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } server) return server;
        if (string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase)) throw new InvalidOperationException($"{variable} must name a server on CI.");
        Assert.Skip($"{variable} is not set.");
        throw new InvalidOperationException("Skipped.");
    }
}
