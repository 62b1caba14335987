using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Dashboard;

/// <summary>An instance as the dashboard shows it. Secret values never leave the process: they are masked here, not in the page.</summary>
internal sealed record ResourceView(
    string Id, string Name, string Type, string? State, string? Health, int? ExitCode, DateTime? StartedAt,
    IReadOnlyList<ResourceView.Url> Urls, IReadOnlyList<ResourceView.Report> HealthReports, IReadOnlyList<ResourceView.Setting> Environment,
    IReadOnlyList<ResourceView.Setting> Properties, IReadOnlyList<ResourceView.Command> Commands, IReadOnlyList<string> Relationships)
{
    public const string Mask = "●●●●●●●●";

    public sealed record Url(string Name, string Address);

    public sealed record Report(string Name, string? Status, string? Description);

    public sealed record Setting(string Name, string? Value, bool IsSecret);

    public sealed record Command(string Name, string DisplayName, string? Description, string? Confirmation, bool IsEnabled);

    public static ResourceView Of(ResourceEvent e)
    {
        var s = e.Snapshot;
        return new ResourceView(
            e.ResourceId, e.Resource.Name, s.ResourceType, s.State?.Text, s.HealthStatus?.ToString(), s.ExitCode, s.StartTimeStamp,
            [.. s.Urls.Where(u => !u.IsInternal).OrderBy(u => u.DisplayProperties.SortOrder)
                .Select(u => new Url(u.DisplayProperties.DisplayName is { Length: > 0 } name ? name : u.Name ?? u.Url, u.Url))],
            [.. s.HealthReports.Select(r => new Report(r.Name, r.Status?.ToString(), r.Description ?? r.ExceptionText))],
            [.. s.EnvironmentVariables.Where(v => v.IsFromSpec).OrderBy(v => v.Name, StringComparer.Ordinal).Select(v => Hidden(v.Name, v.Value, v.IsSensitive || LooksSecret(v.Name)))],
            [.. s.Properties.Select(p => Hidden(p.Name, p.Value?.ToString(), p.IsSensitive))],
            [.. s.Commands.Where(c => c.State != ResourceCommandState.Hidden)
                .Select(c => new Command(c.Name, c.DisplayName, c.DisplayDescription, c.ConfirmationMessage, c.State == ResourceCommandState.Enabled))],
            [.. s.Relationships.Select(r => r.ResourceName).Distinct()]);
    }

    private static Setting Hidden(string name, string? value, bool secret) => new(name, secret && value is not null ? Mask : value, secret);

    // A second net under the parameters' own mark: a connection string that was put together elsewhere still has a password in it.
    private static bool LooksSecret(string name) =>
        name.StartsWith("ConnectionStrings__", StringComparison.OrdinalIgnoreCase)
        || ((ReadOnlySpan<string>)["PASSWORD", "SECRET", "KEY", "TOKEN", "HEADERS", "_URI"]).ToArray().Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase));
}

/// <summary>A line of a console.</summary>
internal sealed record LogView(int Number, string Text, bool IsError)
{
    public static LogView Of(LogLine line) => new(line.LineNumber, line.Content, line.IsErrorMessage);
}
