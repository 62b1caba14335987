using System.Text.RegularExpressions;

namespace Meetings.Meeting.Tests.Providers;

/// <summary>A provider is one folder (decision 0018): nothing outside it knows the provider by its name.</summary>
public sealed partial class OneFolderTests
{
    /// <summary>Files outside the folders that may name providers, and why.</summary>
    private static readonly Dictionary<string, string> Allowed = new()
    {
        ["Program.cs"] = "registers them",
        ["Api.cs"] = "shows a request",
        ["Lifecycle/StateViews.cs"] = "the vocabulary of meetings that Zoom's clients know is one of the API's own views, whatever provider a meeting is on",
    };

    [Fact]
    public void No_code_outside_a_providers_folder_names_a_provider()
    {
        var meeting = Path.Combine(Root(), "services", "Meeting");
        var sources = System.IO.Directory.EnumerateFiles(meeting, "*.cs", SearchOption.AllDirectories)
            .Select(path => (Path: path, Name: Path.GetRelativePath(meeting, path).Replace('\\', '/')))
            .Where(file => !file.Name.StartsWith("obj/", StringComparison.Ordinal) && !Folder().IsMatch(file.Name)).ToList();
        var naming = sources
            .SelectMany(file => File.ReadLines(file.Path).Select((text, line) => (file.Name, Line: line + 1, Text: text)))
            .Where(line => NamesProvider().IsMatch(line.Text) && !Comment().IsMatch(line.Text)).ToList();

        // Were nothing read, nothing would be found.
        Assert.All(Allowed.Keys, allowed => Assert.Contains(naming, line => line.Name == allowed));
        Assert.Empty(naming.Where(line => !Allowed.ContainsKey(line.Name)).Select(line => $"{line.Name}:{line.Line}: {line.Text.Trim()}"));
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Meetings.Aspire.sln"))) folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("No solution above the tests.");
        return folder;
    }

    [GeneratedRegex("^Providers/[^/]+/")]
    private static partial Regex Folder();

    [GeneratedRegex("zoom|livekit", RegexOptions.IgnoreCase)]
    private static partial Regex NamesProvider();

    // Comments give examples, and what is in force is code.
    [GeneratedRegex(@"^\s*(//|--)")]
    private static partial Regex Comment();
}
