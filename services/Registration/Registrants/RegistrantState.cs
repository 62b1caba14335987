namespace Meetings.Registration.Registrants;

/// <summary>States of a registration as they are stored, and the words of the API for them (S2-06).</summary>
internal static class RegistrantState
{
    public const string Approved = "approved";
    public const string Refused = "refused";
    public const string Leaving = "leaving";
    public const string Left = "left";
    public const string Void = "void";

    /// <summary>Reason of one that a teacher asked for and no admin has decided on.</summary>
    public const string AwaitingAdmin = "awaiting-admin";

    /// <summary>The same in SQL, of <c>registrant r</c>.</summary>
    public const string StatusSql = """
        case when r.state in ('requested', 'queued') then 'pending' when r.state = 'approved' then 'approved'
             when r.state = 'refused' or r.is_barred and r.state <> 'void' then 'denied' else 'cancelled' end
        """;

    public static readonly IReadOnlyList<string> Statuses = ["pending", "approved", "denied", "cancelled"];
}
