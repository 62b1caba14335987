using Meetings.Contracts.Sittings;

namespace Meetings.Attendance.Ledger;

/// <summary>
/// One connection of one device to a sitting. Its stays follow from the set of its facts alone: walked in the order of their own times, a join
/// opens and a leave closes, and what says again what is known already changes nothing.
/// </summary>
public sealed class Connection
{
    private readonly List<Stay> _stays = [];
    private readonly List<Wait> _waits = [];
    private readonly List<DateTimeOffset> _orphans = [];

    private Connection(string sitting, string id, string? session, IReadOnlyList<Fact> facts) =>
        (Sitting, Id, Session, Facts) = (sitting, id, session, facts);

    public string Sitting { get; }

    public string Id { get; }

    /// <summary>The number by which the provider's report knows this connection.</summary>
    public string? Session { get; }

    /// <summary>Distinct, in the order of their times.</summary>
    public IReadOnlyList<Fact> Facts { get; }

    public IReadOnlyList<Stay> Stays => _stays;

    /// <summary>Leaves whose join is not known (yet): kept and shown, and completed when the join arrives.</summary>
    public IReadOnlyList<DateTimeOffset> OrphanLeaves => _orphans;

    /// <summary>Time in the waiting room: told apart from presence.</summary>
    public IReadOnlyList<Wait> Waits => _waits;

    public IEnumerable<ParticipantIdentity> Who => Facts.Select(fact => fact.Who);

    /// <summary>Builds a connection from its facts, in any order and with any repeats.</summary>
    /// <param name="endings">What else can close a stay that nobody told the end of.</param>
    public static Connection Of(string sitting, string id, string? session, List<Fact> facts, Endings endings)
    {
        facts.Sort(FactOrder.Instance);
        if (facts.Count > 1) facts = Distinct(facts);
        var connection = new Connection(sitting, id, session, facts);
        connection.Walk(endings);
        return connection;
    }

    private void Walk(Endings endings)
    {
        var walk = default(Walking);
        for (var i = 0; i < Facts.Count;)
        {
            var at = Facts[i].At;
            var told = default(Told);
            for (; i < Facts.Count && Facts[i].At == at; i++) told.Add(Facts[i].Kind);
            WalkInstant(ref walk, at, told);
        }

        if (walk.OpenSince is { } from)
        {
            // Only a leave that lies before the only join: its clock is wrong, and nothing says how long the stay was.
            var stay = _stays.Count == 0 && _orphans.Count > 0 ? new Stay(from, from, ClosedBy.ImpossibleTimes) : endings.Close(this, from);
            _stays.Add(stay);
        }

        if (walk.WaitingSince is { } waiting) _waits.Add(new Wait(waiting, endings.Close(this, waiting).To));
    }

    private void WalkInstant(ref Walking walk, DateTimeOffset at, Told told)
    {
        // At the very same instant: whoever is inside leaves and comes back, whoever is outside comes and leaves.
        if (walk.OpenSince is not null)
        {
            CloseAt(ref walk, at, told);
            OpenAt(ref walk, at, told);
        }
        else
        {
            OpenAt(ref walk, at, told);
            CloseAt(ref walk, at, told);
        }

        if (walk.WaitingSince is { } since && (told.WaitingLeft || told.Admitted || walk.OpenSince is not null))
        {
            _waits.Add(new Wait(since, at));
            walk.WaitingSince = null;
        }

        if (walk.OpenSince is null && (told.WaitingEntered || told.PutBack)) walk.WaitingSince ??= at;
    }

    private static void OpenAt(ref Walking walk, DateTimeOffset at, Told told)
    {
        // Let in again after being put back: not every provider tells a second join.
        if (walk.OpenSince is not null || !(told.Joined || (told.Admitted && walk.WasPutBack))) return;
        walk.OpenSince = at;
        walk.WasPutBack = false;
    }

    private void CloseAt(ref Walking walk, DateTimeOffset at, Told told)
    {
        if (!told.Left && !told.PutBack) return;
        if (walk.OpenSince is { } from)
        {
            _stays.Add(new Stay(from, at, told.Left ? ClosedBy.Left : ClosedBy.PutBack));
            walk.OpenSince = null;
            walk.WasPutBack = told.PutBack && !told.Left;
        }
        else if (_stays.Count == 0 && told.Left)
        {
            _orphans.Add(at);
        }
    }

    private static List<Fact> Distinct(List<Fact> sorted)
    {
        var distinct = new List<Fact>(sorted.Count) { sorted[0] };
        for (var i = 1; i < sorted.Count; i++)
        {
            if (sorted[i] != sorted[i - 1]) distinct.Add(sorted[i]);
        }

        return distinct;
    }

    private struct Walking
    {
        public DateTimeOffset? OpenSince;
        public DateTimeOffset? WaitingSince;
        public bool WasPutBack;
    }

    private struct Told
    {
        public bool Joined, Left, PutBack, Admitted, WaitingEntered, WaitingLeft;

        public void Add(FactKind kind)
        {
            Joined |= kind == FactKind.Joined;
            Left |= kind == FactKind.Left;
            PutBack |= kind == FactKind.WaitingPutBack;
            Admitted |= kind == FactKind.WaitingAdmitted;
            WaitingEntered |= kind == FactKind.WaitingEntered;
            WaitingLeft |= kind == FactKind.WaitingLeft;
        }
    }
}
