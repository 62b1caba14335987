namespace Meetings.ZoomSandbox.Limits;

/// <summary>How dear Zoom holds a call.</summary>
internal enum RateLabel { Light, Medium, Heavy }

/// <summary>Plan of the account. Education has the limits of Business.</summary>
internal enum ZoomPlan { Free, Pro, Business }

/// <summary>Calls per second, and per UTC day where there is such a limit, that the whole account may make.</summary>
internal sealed record RateAllowance(int PerSecond, int? PerDay)
{
    public static RateAllowance Of(ZoomPlan plan, RateLabel label) => (plan, label) switch
    {
        (ZoomPlan.Free, RateLabel.Light) => new(4, 6_000),
        (ZoomPlan.Free, RateLabel.Medium) => new(2, 2_000),
        (ZoomPlan.Free, RateLabel.Heavy) => new(1, 1_000),
        (ZoomPlan.Pro, RateLabel.Light) => new(30, null),
        (ZoomPlan.Pro, RateLabel.Medium) => new(20, null),
        (ZoomPlan.Pro, RateLabel.Heavy) => new(10, 30_000),
        (ZoomPlan.Business, RateLabel.Light) => new(80, null),
        (ZoomPlan.Business, RateLabel.Medium) => new(60, null),
        (ZoomPlan.Business, RateLabel.Heavy) => new(40, 60_000),
        _ => throw new ArgumentOutOfRangeException(nameof(label), $"{plan} {label}"),
    };
}
