using System.Security.Cryptography;
using System.Text;
using Meetings.Attendance.Identity;
using Meetings.Attendance.Ledger;
using Meetings.Contracts.Sittings;

namespace Meetings.Attendance.Recording;

/// <summary>A fact on its way into the ledger, with where it came from. Its texts are what the database can keep.</summary>
public sealed record ToldFact
{
    // A unique index holds about 2,700 bytes; no provider's id comes near.
    private const int LongestId = 200;
    private const int LongestName = 500;

    public ToldFact(SittingKey sitting, Fact fact, Guid? deliveryId, DateTimeOffset receivedAt)
    {
        var who = fact.Who;
        Sitting = new SittingKey(Id(sitting.Provider) ?? "", Id(sitting.MeetingId) ?? "", Id(sitting.SittingId) ?? "");
        Fact = fact with
        {
            Sitting = Sitting.SittingId,
            Connection = Id(fact.Connection) ?? "",
            Who = new ParticipantIdentity(
                Id(who.RegistrantId), Id(who.CustomerKey), Id(who.Identity), Id(who.ProviderUserId),
                Id(EmailAddress.Normalise(who.Email)), Text(who.Name, LongestName), Id(who.SessionNumber)),
        };
        DeliveryId = deliveryId;
        ReceivedAt = receivedAt;
    }

    public SittingKey Sitting { get; }

    public Fact Fact { get; }

    public Guid? DeliveryId { get; }

    public DateTimeOffset ReceivedAt { get; }

    /// <summary>The person's id that a client of ours put into the provider's fields.</summary>
    public Guid? PersonHint => PersonKey.FromCustomerKey(Fact.Who.CustomerKey) ?? PersonKey.FromLiveKitIdentity(Fact.Who.Identity);

    /// <summary>Tells apart what two tellers say of who it was.</summary>
    public Guid WhoDigest()
    {
        var who = Fact.Who;
        var text = string.Join('\0', who.SessionNumber, who.RegistrantId, who.CustomerKey, who.Identity, who.ProviderUserId, who.Email, who.Name);
        return new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
    }

    private static string? Id(string? id)
    {
        var text = Text(id, int.MaxValue);
        if (text is null || text.Length <= LongestId) return text;
        return $"{text[..(LongestId / 2)]}…{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";
    }

    // PostgreSQL keeps no NUL and no lone surrogate in a text. Empty says as much as missing.
    private static string? Text(string? text, int longest)
    {
        if (string.IsNullOrEmpty(text)) return null;
        var clean = text.Contains('\0') ? text.Replace("\0", "", StringComparison.Ordinal) : text;
        if (clean.Length > longest) clean = clean[..longest];
        if (clean.Any(char.IsSurrogate)) clean = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(clean));
        return clean.Length == 0 ? null : clean;
    }
}
