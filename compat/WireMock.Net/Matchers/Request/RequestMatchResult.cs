namespace WireMock.Matchers.Request;

internal sealed record RequestMatchResult(int TotalNumber, double TotalScore) : IRequestMatchResult
{
    public double AverageTotalScore => TotalNumber == 0 ? 0 : TotalScore / TotalNumber;

    public bool IsPerfectMatch => TotalNumber > 0 && TotalScore >= TotalNumber;
}
