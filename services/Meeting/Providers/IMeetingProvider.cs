namespace Meetings.Meeting.Providers;

/// <summary>A video provider, as far as meetings are concerned. One implementation per folder below this one.</summary>
internal interface IMeetingProvider
{
    /// <summary>As in its <see cref="ProviderTraits"/>.</summary>
    string Name { get; }

    /// <summary>Whether this installation has it.</summary>
    bool IsAvailable => true;

    /// <exception cref="ProviderException">It was not made, or nobody can tell.</exception>
    Task<ProviderMeeting> CreateAsync(MeetingPlan plan, CancellationToken ct);

    /// <summary>The meeting that was made for <paramref name="key"/> although its answer never reached us; null when there is none.</summary>
    /// <exception cref="ProviderException">The provider cannot tell now.</exception>
    Task<ProviderMeeting?> FindAsync(PlanKey key, CancellationToken ct);

    /// <summary>Makes the provider's meeting what the plan says, whatever it was before.</summary>
    /// <exception cref="ProviderException"/>
    Task UpdateAsync(string providerMeetingId, MeetingPlan plan, CancellationToken ct);

    /// <summary>Ends the sitting that runs; nobody stays in it. One that does not run is ended.</summary>
    /// <exception cref="ProviderException"/>
    Task EndAsync(string providerMeetingId, CancellationToken ct);

    /// <summary>Removes a meeting. One that is not there is removed.</summary>
    /// <exception cref="ProviderException"/>
    Task DeleteAsync(string providerMeetingId, CancellationToken ct);

    /// <summary>Who is in it now. Null when no sitting of it runs.</summary>
    /// <exception cref="ProviderException"/>
    Task<ProviderRoom?> RoomAsync(string providerMeetingId, CancellationToken ct);

    /// <summary>Puts somebody out of the sitting that runs. Who is not there is out.</summary>
    /// <exception cref="ProviderException"/>
    Task RemoveParticipantAsync(string providerMeetingId, string identity, CancellationToken ct);

    /// <summary>Sends something to those who are inside; to everyone when nobody is named.</summary>
    /// <exception cref="ProviderException"/>
    Task SendDataAsync(string providerMeetingId, string topic, ReadOnlyMemory<byte> payload, IReadOnlyList<string> identities, CancellationToken ct);

    /// <summary>
    /// Enters people in its list of a meeting, each with a way in of their own; who is on it stays on it under the same id. What went wrong with one is told
    /// of that one.
    /// </summary>
    /// <returns>One for each, in their order.</returns>
    /// <param name="providerMeetingId">Which meeting.</param>
    /// <param name="hostEmail">In whose name the provider has it.</param>
    /// <param name="people">At most thirty.</param>
    /// <param name="ct">Cancels the work.</param>
    /// <exception cref="ProviderException">It has no such lists (<see cref="ProviderFailure.NotOffered"/>).</exception>
    Task<IReadOnlyList<Enlisted>> RegisterAsync(string providerMeetingId, string hostEmail, IReadOnlyList<Registree> people, CancellationToken ct) =>
        throw new ProviderException(ProviderFailure.NotOffered, $"Meetings on {Name} have no registration.");

    /// <summary>Takes people off its list of a meeting. Who is not on it, or whose meeting is gone, is off.</summary>
    /// <returns>Those who are still on it, and why.</returns>
    /// <exception cref="ProviderException">It has no such lists (<see cref="ProviderFailure.NotOffered"/>).</exception>
    Task<IReadOnlyDictionary<string, ProviderException>> UnregisterAsync(
        string providerMeetingId, IReadOnlyCollection<string> registrantIds, CancellationToken ct) =>
        throw new ProviderException(ProviderFailure.NotOffered, $"Meetings on {Name} have no registration.");

    /// <summary>Sees to it that people can come in now, where the provider closes what is empty. Doing it twice is doing it once.</summary>
    /// <exception cref="ProviderException"/>
    Task OpenAsync(MeetingPlan plan, CancellationToken ct) => Task.CompletedTask;

    /// <summary>The provider's own report of a sitting that is over: one row per connection.</summary>
    /// <exception cref="ProviderException">Not over yet (<see cref="ProviderFailure.NotEnded"/>), the provider has none (<see cref="ProviderFailure.NotOffered"/>), or cannot tell now.</exception>
    IAsyncEnumerable<PastConnection> PastParticipantsAsync(string providerMeetingId, string sittingId, CancellationToken ct);
}

/// <summary>How a meeting is known to be ours at the provider, also when we never learned its number.</summary>
internal sealed record PlanKey(Guid MeetingId, string HostEmail);

/// <summary>What the provider is asked to make.</summary>
/// <param name="Password">Null when there is none; in an update null leaves it as it is and the empty text removes it.</param>
/// <param name="CoHostEmails">Who may hold it besides the host; null says nothing of them.</param>
internal sealed record MeetingPlan(
    PlanKey Key, string Title, string? Description, DateTimeOffset StartsAt, int DurationMinutes, string TimeZone, string? Password, bool WaitingRoom,
    MeetingSettings Settings, IReadOnlyList<string>? CoHostEmails = null)
{
    /// <summary>It is held on dates of our own planning, under one name at the provider.</summary>
    public bool IsRecurring { get; init; }
}

/// <summary>A meeting as the provider has it. Its start link, a credential of the host, is not kept.</summary>
internal sealed record ProviderMeeting(string Id, Uri JoinUrl, string? RegistrationUrl, bool RegistrationEnabled)
{
    /// <summary>False while there is only a name and a link, and still to be opened (<see cref="IMeetingProvider.OpenAsync"/>).</summary>
    public bool IsOpen { get; init; } = true;

    /// <summary>Its room is opened shortly before each of its dates, and not once for all.</summary>
    public bool OpensAhead { get; init; }
}

/// <summary>Somebody to be entered in a provider's list.</summary>
/// <param name="Name">As the provider shows it.</param>
internal sealed record Registree(Guid PersonId, string Email, string Name);

/// <summary>What became of one of them: a place on the list, or why not.</summary>
/// <param name="Failure">Null for who is on it.</param>
internal sealed record Enlisted(Guid PersonId, string RegistrantId, Uri? JoinUrl, ProviderException? Failure = null)
{
    public static Enlisted Not(Guid personId, ProviderException why) => new(personId, "", null, why);
}

/// <summary>A sitting that runs.</summary>
/// <param name="Id">The provider's name of the meeting.</param>
/// <param name="SittingId">As in events of it.</param>
internal sealed record ProviderRoom(string Id, string? SittingId, DateTimeOffset? CreatedAt, IReadOnlyList<ProviderParticipant> Participants);

/// <summary>A person's connection to it.</summary>
/// <param name="ConnectionId">As in events of it.</param>
/// <param name="Name">A label.</param>
internal sealed record ProviderParticipant(string ConnectionId, string Identity, string Name, DateTimeOffset? JoinedAt, bool IsPublisher);

/// <summary>A row of the provider's report. Every text may be empty.</summary>
internal sealed record PastConnection(
    string SessionNumber, string RegistrantId, string ProviderUserId, string CustomerKey, string Email, string Name,
    DateTimeOffset? JoinedAt, DateTimeOffset? LeftAt);

/// <summary>What a planner may choose about a meeting; null leaves it to the provider, or, from <paramref name="Admitters"/> on, to the kind of meeting.</summary>
/// <param name="Admitters">Who lets people in: <c>hosts</c> or <c>allAdmitted</c>. Default: hosts in lessons, everyone admitted but students in plain rooms.</param>
/// <param name="OnHostLeave"><c>keep</c> (default), <c>endAfter</c> or <c>end</c>.</param>
/// <param name="EndAfterMinutes">1 to 240, default 10: how long a room waits without its host (<c>endAfter</c>), or empty, before it ends.</param>
/// <param name="LatecomersWaitAfterMinutes">0 to 1440: who comes later than this after the start waits, also when on the roster. Default: nobody does.</param>
/// <param name="Guardians"><c>join</c> (default) or <c>view</c>: whether parents come in, or see the state only.</param>
public sealed record MeetingSettings(
    bool? MuteOnEntry = null, bool? HostVideo = null, bool? ParticipantVideo = null, bool? AllowMultipleDevices = null, string? Admitters = null,
    string? OnHostLeave = null, int? EndAfterMinutes = null, int? LatecomersWaitAfterMinutes = null, string? Guardians = null)
{
    /// <summary>People at a time, where the provider leaves that to the meeting.</summary>
    public int? MaxParticipants { get; init; }

    /// <summary>Whether it is recorded.</summary>
    public bool? RecordingEnabled { get; init; }
}
