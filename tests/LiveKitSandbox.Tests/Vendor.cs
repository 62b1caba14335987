using System.Diagnostics;
using System.Reflection;
using System.Text.Json.Nodes;
using Xunit;

namespace Meetings.LiveKitSandbox.Tests;

/// <summary>The vendor's SDK, in Node, from <c>vendor/</c>. Not installed: skipped here, failed in CI.</summary>
internal static class Vendor
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Runs a script and answers what it printed.</summary>
    public static async Task<JsonNode> RunAsync(string script, string[] arguments, string input = "")
    {
        var folder = Installed();
        var start = new ProcessStartInfo("node", [Path.Combine(folder, script), .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var node = Process.Start(start)!;
        var (output, errors) = (node.StandardOutput.ReadToEndAsync(), node.StandardError.ReadToEndAsync());
        await node.StandardInput.WriteAsync(input);
        node.StandardInput.Close();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await node.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            node.Kill(entireProcessTree: true);
            throw new TimeoutException($"{script} did not end within {Patience}.");
        }

        Assert.True(node.ExitCode == 0, $"{script}: {await errors}");
        return JsonNode.Parse(await output)!;
    }

    private static string Installed()
    {
        var folder = typeof(Vendor).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "VendorFolder").Value!;
        if (Directory.Exists(Path.Combine(folder, "node_modules", "livekit-server-sdk")) && HasNode()) return folder;

        const string missing = "The vendor's SDK is not installed: run through ./test.sh, or npm ci in tests/LiveKitSandbox.Tests/vendor.";
        if (Environment.GetEnvironmentVariable("CI") is { Length: > 0 }) throw new InvalidOperationException(missing);
        Assert.Skip(missing);
        return "";
    }

    private static bool HasNode() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(p => File.Exists(Path.Combine(p, "node")));
}
