using Meetings.Contracts.Sittings;
using Meetings.Meeting.Providers;

namespace Meetings.Meeting.Reconciliation;

/// <summary>A sitting that is not over, to our knowledge, and who is in it.</summary>
internal sealed record KnownSitting(string SittingId, IReadOnlyList<KnownConnection> Connections);

/// <param name="ConnectionId">As in events of it.</param>
/// <param name="JoinedAt">When it came in.</param>
internal sealed record KnownConnection(string ConnectionId, DateTimeOffset JoinedAt);

/// <summary>Something that we take to be there and the provider does not have. With an empty connection the sitting itself.</summary>
internal readonly record struct Absence(string SittingId, string ConnectionId);

/// <summary>What the provider's word changes.</summary>
/// <param name="Facts">To be told to everyone, as a webhook would have told it.</param>
/// <param name="Absences">What is missing and not believed to be gone yet.</param>
internal sealed record Difference(IReadOnlyList<object> Facts, IReadOnlyList<Absence> Absences);

/// <summary>
/// What is missing between what we were told of a meeting and what its provider says is now: a pure function. It tells the same facts as webhooks do,
/// so whatever comes late or twice after all does no harm: a join has the same time, and of several ends the earliest counts.
/// </summary>
internal static class Differences
{
    /// <summary>How long something must be missing, over two questions, to be gone: the provider's list lags behind its events.</summary>
    public static readonly TimeSpan Doubt = TimeSpan.FromSeconds(30);

    /// <param name="provider">Its name.</param>
    /// <param name="meetingId">The provider's name of the meeting.</param>
    /// <param name="known">Sittings that are not over to our knowledge.</param>
    /// <param name="room">What the provider has; null when nothing runs.</param>
    /// <param name="missing">Since when what is missing has been.</param>
    /// <param name="asked">When the question was sent: what happened later may not be in the answer.</param>
    public static Difference Between(
        string provider, string meetingId, IReadOnlyList<KnownSitting> known, ProviderRoom? room, IReadOnlyDictionary<Absence, DateTimeOffset> missing,
        DateTimeOffset asked)
    {
        var facts = new List<object>();
        var absences = new List<Absence>();
        foreach (var sitting in known)
        {
            if (room?.SittingId == sitting.SittingId) continue;
            var gone = new Absence(sitting.SittingId, "");
            if (!IsBelieved(gone))
            {
                absences.Add(gone);
                continue;
            }

            // Another sitting began when this one was over at the latest.
            var at = room?.CreatedAt is { } next && next < asked ? next : asked;
            facts.Add(new SittingEnded(NewId(), Key(sitting.SittingId), at, asked));
        }

        if (room is { SittingId: { } running }) OfRunning(running, room);
        return new Difference(facts, absences);

        void OfRunning(string sittingId, ProviderRoom there)
        {
            var connections = known.FirstOrDefault(one => one.SittingId == sittingId)?.Connections ?? [];
            foreach (var one in there.Participants.ExceptBy(connections.Select(known => known.ConnectionId), one => one.ConnectionId))
                facts.Add(new ParticipantJoined(NewId(), Key(sittingId), one.ConnectionId, new ParticipantIdentity(Identity: one.Identity, Name: one.Name), one.JoinedAt ?? asked, asked));

            foreach (var one in connections.ExceptBy(there.Participants.Select(inside => inside.ConnectionId), one => one.ConnectionId))
            {
                if (one.JoinedAt > asked - Doubt) continue;
                var gone = new Absence(sittingId, one.ConnectionId);
                if (!IsBelieved(gone)) absences.Add(gone);
                else facts.Add(new ParticipantLeft(NewId(), Key(sittingId), one.ConnectionId, new ParticipantIdentity(), asked, asked));
            }
        }

        SittingKey Key(string sittingId) => new(provider, meetingId, sittingId);
        Guid NewId() => Guid.CreateVersion7(asked);
        bool IsBelieved(Absence gone) => missing.TryGetValue(gone, out var since) && since <= asked - Doubt;
    }
}
