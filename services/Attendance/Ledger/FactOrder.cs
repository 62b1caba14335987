using Meetings.Contracts.Sittings;

namespace Meetings.Attendance.Ledger;

/// <summary>A total order of facts, by time first, so that the same set always reads the same way.</summary>
internal sealed class FactOrder : IComparer<Fact>
{
    public static readonly FactOrder Instance = new();

    public int Compare(Fact? x, Fact? y)
    {
        if (ReferenceEquals(x, y)) return 0;
        if (x is null) return -1;
        if (y is null) return 1;
        var order = x.At.CompareTo(y.At);
        if (order == 0) order = x.Kind.CompareTo(y.Kind);
        if (order == 0) order = x.Source.CompareTo(y.Source);
        if (order == 0) order = string.CompareOrdinal(x.Sitting, y.Sitting);
        if (order == 0) order = string.CompareOrdinal(x.Connection, y.Connection);
        return order != 0 ? order : Compare(x.Who, y.Who);
    }

    private static int Compare(ParticipantIdentity x, ParticipantIdentity y)
    {
        var order = string.CompareOrdinal(x.SessionNumber, y.SessionNumber);
        if (order == 0) order = string.CompareOrdinal(x.RegistrantId, y.RegistrantId);
        if (order == 0) order = string.CompareOrdinal(x.CustomerKey, y.CustomerKey);
        if (order == 0) order = string.CompareOrdinal(x.Identity, y.Identity);
        if (order == 0) order = string.CompareOrdinal(x.ProviderUserId, y.ProviderUserId);
        if (order == 0) order = string.CompareOrdinal(x.Email, y.Email);
        return order != 0 ? order : string.CompareOrdinal(x.Name, y.Name);
    }
}
