namespace Meetings.Rehearsal.Scenario;

/// <summary>Something that happens at a local time of the lesson's day.</summary>
internal abstract record Step(TimeOnly At);

/// <summary>The teacher opens the meeting.</summary>
internal sealed record Open(TimeOnly At) : Step(At);

/// <summary>Somebody comes straight in.</summary>
internal sealed record Come(TimeOnly At, Person Who, Visit Visit) : Step(At);

/// <summary>Somebody comes to the waiting room.</summary>
internal sealed record Wait(TimeOnly At, Person Who, Visit Visit) : Step(At);

internal sealed record Admit(TimeOnly At, Visit Visit) : Step(At);

internal sealed record SendBack(TimeOnly At, Visit Visit) : Step(At);

internal sealed record EnterGroup(TimeOnly At, Visit Visit) : Step(At);

internal sealed record LeaveGroup(TimeOnly At, Visit Visit) : Step(At);

internal sealed record Go(TimeOnly At, Visit Visit) : Step(At);

/// <summary>From here on deliveries are kept back.</summary>
internal sealed record Hold(TimeOnly At) : Step(At);

/// <summary>What was kept back arrives, shuffled.</summary>
internal sealed record Release(TimeOnly At) : Step(At);

/// <summary>The teacher ends the meeting for all; the leaves of those still there are told after that.</summary>
internal sealed record Close(TimeOnly At) : Step(At);

/// <summary>Who somebody is to Zoom.</summary>
internal sealed record Person(string Name, string? Email = null, string? ZoomUser = null, string? CustomerKey = null);
