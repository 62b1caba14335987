using System.Reflection;
using System.Text.RegularExpressions;

namespace Meetings.EndToEnd.Tests;

/// <summary>The commands of <c>docs/walk.md</c>, copied out of it and run as a reader would.</summary>
[Collection(nameof(OneSystem))]
public sealed partial class WalkTests(WholeSystem system)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact, Trait("Acceptance", "S4-10"), Trait("Acceptance", "S4-12"), Trait("Acceptance", "S3-27")]
    public async Task A_teacher_holds_classes_on_both_providers_with_curl_alone()
    {
        var document = typeof(WalkTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "walk").Value!;
        var commands = string.Join('\n', Block().Matches(await File.ReadAllTextAsync(document, Ct)).Select(block => block.Groups[1].Value));
        Assert.Contains("/api/v1/meetings", commands, StringComparison.Ordinal);

        var (exitCode, output) = await system.ShellAsync(commands, Patience);

        Assert.True(exitCode == 0, output);
    }

    [GeneratedRegex("^```bash\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
