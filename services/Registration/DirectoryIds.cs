using System.Security.Cryptography;
using System.Text;

namespace Meetings.Registration;

/// <summary>
/// Ids of imported rows, derived from what names them in their source: importing the same school again, or into another installation, gives the
/// same ids, so that links and read copies stay right. UUIDs of version 8, as RFC 9562 has it for names hashed with SHA-256.
/// </summary>
public static class DirectoryIds
{
    public static Guid Academy(string slug) => Derive("academy", slug);

    /// <param name="academySlug">Empty for a super admin.</param>
    /// <param name="email">Which names the person in an academy.</param>
    public static Guid Person(string academySlug, EmailAddress email) => Derive("person", academySlug, email.Value);

    public static Guid Class(string academySlug, string key) => Derive("class", academySlug, key);

    public static Guid Enrolment(string academySlug, string classKey, EmailAddress email, DateOnly from) =>
        Derive("enrolment", academySlug, classKey, email.Value, from.ToString("O"));

    private static Guid Derive(params string[] names)
    {
        // A separator that none of the names can contain, so that "ab"+"c" is not "a"+"bc".
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"meetings.directory\n{string.Join('\n', names)}"));
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash.AsSpan(0, 16), bigEndian: true);
    }
}
