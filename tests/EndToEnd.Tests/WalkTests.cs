using System.Reflection;
using System.Text.RegularExpressions;

namespace Meetings.EndToEnd.Tests;

/// <summary>The commands of <c>docs/walk.md</c>, copied out of it and run as a reader would.</summary>
public sealed partial class WalkTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly string _data = Path.Combine(Path.GetTempPath(), $"meetings-end-to-end-{Guid.NewGuid():n}");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact, Trait("Acceptance", "S4-10"), Trait("Acceptance", "S4-12"), Trait("Acceptance", "S3-27")]
    public async Task A_teacher_holds_classes_on_both_providers_with_curl_alone()
    {
        var document = typeof(WalkTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "walk").Value!;
        var commands = string.Join('\n', Block().Matches(await File.ReadAllTextAsync(document, Ct)).Select(block => block.Groups[1].Value));
        Assert.Contains("/api/v1/meetings", commands, StringComparison.Ordinal);

        await using var system = await WholeSystem.StartAsync(_data);
        var (exitCode, output) = await system.ShellAsync(commands, Patience);

        Assert.True(exitCode == 0, output);
    }

    public void Dispose()
    {
        if (Directory.Exists(_data)) Directory.Delete(_data, recursive: true);
    }

    [GeneratedRegex("^```bash\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
