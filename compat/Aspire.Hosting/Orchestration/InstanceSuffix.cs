using System.Security.Cryptography;

namespace Aspire.Hosting.Orchestration;

internal static class InstanceSuffix
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyz";

    /// <summary>The eight letters that tell the instances of a resource apart.</summary>
    public static string New() => RandomNumberGenerator.GetString(Letters, 8);
}
