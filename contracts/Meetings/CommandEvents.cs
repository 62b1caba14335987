namespace Meetings.Contracts.Meetings;

/// <summary>
/// There is something new to tell in a meeting: a host's command, or one that is told again. To every replica of the Meeting service, which looks up
/// what it is and who may hear it; one that misses it looks a little later by itself.
/// </summary>
/// <param name="Delivery">Grows with everything that is told in this meeting.</param>
public sealed record MeetingCommandTold(Guid MeetingId, long Delivery);
