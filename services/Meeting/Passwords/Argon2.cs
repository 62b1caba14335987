using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Meetings.Meeting.Passwords;

/// <summary>Argon2id by the reference implementation in C: Debian's <c>libargon2-1</c>.</summary>
internal static partial class Argon2
{
    private const string Library = "libargon2.so.1";
    private const int Ok = 0;
    private const int VerifyMismatch = -35;

    // OWASP's second choice of parameters: 19 MiB, two passes, one lane.
    private const uint MemoryKiB = 19 * 1024;
    private const uint Passes = 2;
    private const uint Lanes = 1;
    private const int SaltBytes = 16;
    private const int HashBytes = 32;

    // "$argon2id$v=19$m=19456,t=2,p=1$", salt and hash in base64, and a zero.
    private const int EncodedBytes = 256;

    /// <summary>The encoded hash, with its parameters and a salt of its own.</summary>
    public static string Hash(string password)
    {
        var secret = Encoding.UTF8.GetBytes(password);
        Span<byte> salt = stackalloc byte[SaltBytes];
        RandomNumberGenerator.Fill(salt);
        Span<byte> encoded = stackalloc byte[EncodedBytes];

        var result = HashEncoded(Passes, MemoryKiB, Lanes, secret, (nuint)secret.Length, salt, SaltBytes, HashBytes, encoded, EncodedBytes);
        CryptographicOperations.ZeroMemory(secret);
        return result == Ok
            ? Encoding.ASCII.GetString(encoded[..encoded.IndexOf((byte)0)])
            : throw new CryptographicException($"libargon2 could not hash: error {result}.");
    }

    /// <summary>Whether this is the password of that hash, in a time that does not depend on how much of it is right.</summary>
    public static bool Verify(string encoded, string password)
    {
        var secret = Encoding.UTF8.GetBytes(password);
        var result = VerifyEncoded(encoded, secret, (nuint)secret.Length);
        CryptographicOperations.ZeroMemory(secret);
        return result switch
        {
            Ok => true,
            VerifyMismatch => false,
            _ => throw new CryptographicException($"libargon2 could not verify: error {result}."),
        };
    }

    [LibraryImport(Library, EntryPoint = "argon2id_hash_encoded")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int HashEncoded(
        uint passes, uint memory, uint lanes, ReadOnlySpan<byte> password, nuint passwordLength, ReadOnlySpan<byte> salt, nuint saltLength,
        nuint hashLength, Span<byte> encoded, nuint encodedLength);

    [LibraryImport(Library, EntryPoint = "argon2id_verify", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int VerifyEncoded(string encoded, ReadOnlySpan<byte> password, nuint passwordLength);
}
