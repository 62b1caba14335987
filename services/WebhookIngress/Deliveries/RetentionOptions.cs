namespace Meetings.WebhookIngress.Deliveries;

/// <summary>Section <c>Retention</c>: for how long deliveries are kept.</summary>
internal sealed class RetentionOptions
{
    public const string Section = "Retention";

    /// <summary>Bodies, which hold personal data. Default 30 days.</summary>
    public TimeSpan Bodies { get; set; } = TimeSpan.FromDays(30);

    /// <summary>The key and the hash, which tell repeats and prove what was sent. Default 400 days, never less than 7.</summary>
    public TimeSpan Deliveries { get; set; } = TimeSpan.FromDays(400);

    /// <summary>How often the job looks. Default an hour.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Providers repeat for hours; a key must outlive that by far, or a repeat would take effect again.</summary>
    internal static bool IsSound(RetentionOptions options) =>
        options.Bodies > TimeSpan.Zero && options.Deliveries >= TimeSpan.FromDays(7) && options.Deliveries >= options.Bodies && options.Interval > TimeSpan.Zero;
}
