using Meetings.Contracts.Sittings;

namespace Meetings.Attendance.Identity;

/// <summary>Someone of the academy, as far as matching and showing need it.</summary>
public sealed record KnownPerson(Guid Id, string Name, string? Email);

/// <summary>What staff or registration said a provider's id stands for.</summary>
/// <param name="Kind">Which field of <see cref="ParticipantIdentity"/> it is a value of.</param>
public sealed record KnownAlias(AliasKind Kind, string Value, Guid PersonId);

/// <summary>Fields by which somebody can be known, strongest first. The numbers are stored and never change their meaning.</summary>
public enum AliasKind
{
    Registrant = 1,
    CustomerKey = 2,
    LiveKitIdentity = 3,
    ProviderUser = 4,
    Email = 5,
}

/// <summary>Tells who is on a connection, from ids and verified addresses of one academy. Names are labels: they are never matched.</summary>
public sealed class WhoIsWho
{
    private readonly Dictionary<Guid, KnownPerson> _people = [];
    private readonly Dictionary<string, Guid> _byEmail = new(StringComparer.Ordinal);
    private readonly Dictionary<(AliasKind, string), Guid> _aliases = [];

    public WhoIsWho(IEnumerable<KnownPerson> people, IEnumerable<KnownAlias> aliases)
    {
        foreach (var person in people.OrderBy(person => person.Id))
        {
            _people[person.Id] = person;
            if (EmailAddress.Normalise(person.Email) is { } email) _byEmail.TryAdd(email, person.Id);
        }

        foreach (var alias in aliases.OrderBy(alias => alias.PersonId))
        {
            var value = alias.Kind == AliasKind.Email ? EmailAddress.Normalise(alias.Value) : alias.Value;
            if (value is not null) _aliases.TryAdd((alias.Kind, value), alias.PersonId);
        }
    }

    public KnownPerson? Person(Guid id) => _people.GetValueOrDefault(id);

    /// <summary>The person that everything told of one connection points to.</summary>
    /// <returns>Null for a guest, and where the strongest evidence points to two people: a person must decide that.</returns>
    public Guid? Match(IReadOnlyCollection<ParticipantIdentity> evidence)
    {
        for (var kind = AliasKind.Registrant; kind <= AliasKind.Email; kind++)
        {
            Guid? found = null;
            foreach (var who in evidence)
            {
                if (Match(kind, who) is not { } person) continue;
                if (found is { } other && other != person) return null;
                found = person;
            }

            if (found is not null) return found;
        }

        return null;
    }

    private Guid? Match(AliasKind kind, ParticipantIdentity who)
    {
        var value = Value(kind, who);
        if (value is null) return null;
        if (_aliases.TryGetValue((kind, value), out var alias)) return alias;
        return kind switch
        {
            AliasKind.CustomerKey => Existing(PersonKey.FromCustomerKey(value)),
            AliasKind.LiveKitIdentity => Existing(PersonKey.FromLiveKitIdentity(value)),
            AliasKind.Email => _byEmail.TryGetValue(value, out var id) ? id : null,
            _ => null,
        };
    }

    /// <summary>The value of a field, as it is compared; null when empty.</summary>
    public static string? Value(AliasKind kind, ParticipantIdentity who)
    {
        var value = kind switch
        {
            AliasKind.Registrant => who.RegistrantId,
            AliasKind.CustomerKey => who.CustomerKey,
            AliasKind.LiveKitIdentity => who.Identity,
            AliasKind.ProviderUser => who.ProviderUserId,
            AliasKind.Email => EmailAddress.Normalise(who.Email),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        };
        return string.IsNullOrWhiteSpace(value) ? null : value;
    }

    // An id that a client may have made up counts only for somebody who exists here.
    private Guid? Existing(Guid? id) => id is { } person && _people.ContainsKey(person) ? person : null;
}
