namespace Meetings.Meeting.Providers;

/// <summary>A video provider, as far as meetings are concerned. One implementation per folder below this one.</summary>
internal interface IMeetingProvider
{
    /// <summary>As in the API: <c>zoom</c>, <c>livekit</c>.</summary>
    string Name { get; }

    /// <exception cref="ProviderException">It was not made, or nobody can tell.</exception>
    Task<ProviderMeeting> CreateAsync(MeetingPlan plan, CancellationToken ct);

    /// <summary>The meeting that was made for <paramref name="key"/> although its answer never reached us; null when there is none.</summary>
    /// <exception cref="ProviderException">The provider cannot tell now.</exception>
    Task<ProviderMeeting?> FindAsync(PlanKey key, CancellationToken ct);

    /// <summary>Removes a meeting. One that is not there is removed.</summary>
    /// <exception cref="ProviderException"/>
    Task DeleteAsync(string providerMeetingId, CancellationToken ct);

    /// <summary>The provider's own report of a sitting that is over: one row per connection.</summary>
    /// <exception cref="ProviderException">Not over yet (<see cref="ProviderFailure.NotEnded"/>), or the provider cannot tell now.</exception>
    IAsyncEnumerable<PastConnection> PastParticipantsAsync(string providerMeetingId, string sittingId, CancellationToken ct);

    /// <summary>The room as it is now; null when it does not run, or the provider does not show it.</summary>
    /// <exception cref="ProviderException"/>
    Task<ProviderRoom?> RoomAsync(string providerMeetingId, CancellationToken ct);

    /// <summary>Sends data to the clients in a room.</summary>
    /// <param name="identities">To whom; empty: to everyone.</param>
    /// <exception cref="ProviderException">Not sent; <see cref="ProviderFailure.Refused"/> where there is no such channel.</exception>
    Task SendDataAsync(string providerMeetingId, string topic, ReadOnlyMemory<byte> payload, IReadOnlyList<string> identities, CancellationToken ct);
}

/// <summary>How a meeting is known to be ours at the provider, also when we never learned its number.</summary>
internal sealed record PlanKey(Guid MeetingId, string HostEmail);

/// <summary>What the provider is asked to make.</summary>
/// <param name="Password">Null when there is none, or when the provider cannot have one like it.</param>
internal sealed record MeetingPlan(
    PlanKey Key, string Title, string? Description, DateTimeOffset StartsAt, int DurationMinutes, string TimeZone, string? Password, bool WaitingRoom,
    MeetingSettings Settings);

/// <summary>A meeting as the provider has it. Its start link, a credential of the host, is not kept.</summary>
internal sealed record ProviderMeeting(string Id, Uri JoinUrl, string? RegistrationUrl, bool RegistrationEnabled);

/// <summary>A room that runs.</summary>
internal sealed record ProviderRoom(string Id, string? SittingId, DateTimeOffset? CreatedAt, IReadOnlyList<ProviderParticipant> Participants);

/// <summary>Someone in a room, by one connection.</summary>
internal sealed record ProviderParticipant(string ConnectionId, string Identity, string Name, DateTimeOffset? JoinedAt, bool IsPublisher);

/// <summary>A row of the provider's report. Every text may be empty.</summary>
internal sealed record PastConnection(
    string SessionNumber, string RegistrantId, string ProviderUserId, string CustomerKey, string Email, string Name,
    DateTimeOffset? JoinedAt, DateTimeOffset? LeftAt);

/// <summary>What a planner may choose about a meeting; null leaves it to the provider.</summary>
public sealed record MeetingSettings(bool? MuteOnEntry = null, bool? HostVideo = null, bool? ParticipantVideo = null, bool? AllowMultipleDevices = null);
