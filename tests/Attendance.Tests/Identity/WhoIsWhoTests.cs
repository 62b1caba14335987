using Meetings.Attendance.Identity;
using Meetings.Contracts.Sittings;

namespace Meetings.Attendance.Tests.Identity;

public sealed class WhoIsWhoTests
{
    private static readonly Guid Ana = Guid.Parse("019a0000-0000-7000-8000-00000000000a");
    private static readonly Guid Ben = Guid.Parse("019a0000-0000-7000-8000-00000000000b");

    private static readonly WhoIsWho Directory = new(
        [new KnownPerson(Ana, "Ana", "Ana.Cruz@r1.deped.gov.ph"), new KnownPerson(Ben, "Ben", "ben@r1.deped.gov.ph")],
        [new KnownAlias(AliasKind.Registrant, "reg-ana", Ana), new KnownAlias(AliasKind.ProviderUser, "zoom-ben", Ben), new KnownAlias(AliasKind.Email, "Ben@Home.Example", Ben)]);

    public static TheoryData<string, ParticipantIdentity, Guid?> Cases => new()
    {
        { "registrant id", new(RegistrantId: "reg-ana"), Ana },
        { "registrant id before the address of another (trap 9)", new(RegistrantId: "reg-ana", Email: "ben@r1.deped.gov.ph"), Ana },
        { "customer key with hyphens", new(CustomerKey: Ana.ToString("D")), Ana },
        { "customer key without, as 35 characters demand", new(CustomerKey: Ana.ToString("N")), Ana },
        { "customer key in capitals", new(CustomerKey: Ana.ToString("D").ToUpperInvariant()), Ana },
        { "customer key with prefix", new(CustomerKey: $"u-{Ana:N}"), Ana },
        { "customer key of nobody here", new(CustomerKey: Guid.Empty.ToString("N")), null },
        { "customer key with something after it", new(CustomerKey: $"{Ana:D}x"), null },
        { "identity of seed 003", new(Identity: $"{Ana:D}_ana-cruz"), Ana },
        { "identity with an empty slug (an Arabic name)", new(Identity: $"{Ana:D}_"), Ana },
        { "identity with underscores in the slug", new(Identity: $"{Ana:N}_ana_maria_cruz"), Ana },
        { "identity with a device", new(Identity: $"u-{Ana:D}#phone"), Ana },
        { "identity of the seed's numbers is nobody of ours", new(Identity: "123_ahmed-muhammad"), null },
        { "provider's account", new(ProviderUserId: "zoom-ben"), Ben },
        { "provider's account before the address", new(ProviderUserId: "zoom-ben", Email: "ana.cruz@r1.deped.gov.ph"), Ben },
        { "address in another case", new(Email: "ANA.CRUZ@R1.DEPED.GOV.PH"), Ana },
        { "address with spaces around", new(Email: "  ben@r1.deped.gov.ph "), Ben },
        { "a second address that staff assigned", new(Email: "BEN@home.example"), Ben },
        { "address with a Cyrillic a", new(Email: "аna.cruz@r1.deped.gov.ph"), null },
        { "address with a Kelvin sign", new(Email: "ben@r1.deped.gov.ph".Replace('b', '\u212A')), null },
        { "address at a longer domain", new(Email: "ben@r1.deped.gov.ph.evil.com"), null },
        { "address with a trailing dot", new(Email: "ben@r1.deped.gov.ph."), null },
        { "no address", new(Email: ""), null },
        { "what is no address", new(Email: "@"), null },
        { "a name is never matched", new(Name: "Ana"), null },
        { "a name that looks like an address", new(Name: "ben@r1.deped.gov.ph"), null },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    [Trait("Acceptance", "S0-04")]
    [Trait("Acceptance", "S0-08")]
    [Trait("Acceptance", "X4")]
    [Trait("Hostile", "37")]
    public void A_person_is_known_by_ids_and_verified_addresses_alone(string because, ParticipantIdentity who, Guid? expected) =>
        Assert.True(Directory.Match([who]) == expected, because);

    [Fact]
    public void Evidence_of_one_connection_counts_together_and_strongest_first()
    {
        Assert.Equal(Ana, Directory.Match([new(Email: "ben@r1.deped.gov.ph"), new(RegistrantId: "reg-ana")]));
        Assert.Equal(Ben, Directory.Match([new(Name: "x"), new(Email: "ben@r1.deped.gov.ph")]));
    }

    [Fact]
    public void Equally_strong_evidence_for_two_people_is_left_to_a_person() =>
        Assert.Null(Directory.Match([new(Email: "ben@r1.deped.gov.ph"), new(Email: "ana.cruz@r1.deped.gov.ph")]));
}
