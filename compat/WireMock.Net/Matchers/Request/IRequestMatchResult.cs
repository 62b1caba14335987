namespace WireMock.Matchers.Request;

/// <summary>How well a request fits.</summary>
public interface IRequestMatchResult
{
    double AverageTotalScore { get; }

    bool IsPerfectMatch { get; }

    int TotalNumber { get; }

    double TotalScore { get; }
}
