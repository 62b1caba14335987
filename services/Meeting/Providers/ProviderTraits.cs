namespace Meetings.Meeting.Providers;

/// <summary>
/// In what a provider differs from others where we do not call it: what its events mean, whose door there is, how to make up for what it does not tell. Apart
/// from <see cref="IMeetingProvider"/>, since it holds also where this installation does not have the provider (any more), and costs no client to ask.
/// </summary>
/// <param name="Name">As in the API, in events and in the database, for ever.</param>
internal sealed record ProviderTraits(string Name)
{
    /// <summary>It has a waiting room of its own: it lets in and refuses, and we follow what it tells. Otherwise the door is ours.</summary>
    public bool HasDoor { get; init; }

    /// <summary>Its sittings are opened before anybody comes: that one began is no sign that a lesson runs, and one that nobody came into was none.</summary>
    public bool OpensEmpty { get; init; }

    /// <summary>
    /// What it does not tell is lost, and <see cref="IMeetingProvider.RoomAsync"/> names sittings and connections as its events do: so it is asked who is where.
    /// </summary>
    public bool MayLoseEvents { get; init; }
}

/// <summary>The providers that this program was built with, whether or not this installation has them.</summary>
internal sealed class KnownProviders(IEnumerable<ProviderTraits> traits)
{
    private readonly Dictionary<string, ProviderTraits> _byName = traits.ToDictionary(one => one.Name);

    public IReadOnlyCollection<string> Names => _byName.Keys;

    public IEnumerable<ProviderTraits> All => _byName.Values;

    /// <summary>Of a provider that was taken out: none.</summary>
    public ProviderTraits this[string name] => _byName.GetValueOrDefault(name) ?? new ProviderTraits(name);
}
