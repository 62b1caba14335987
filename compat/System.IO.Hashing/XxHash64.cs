using System.Buffers.Binary;
using System.Numerics;

namespace System.IO.Hashing;

/// <summary>The 64 bit xxHash of Yann Collet (XXH64), over a whole buffer.</summary>
public sealed class XxHash64
{
    private const ulong Prime1 = 0x9E3779B185EBCA87;
    private const ulong Prime2 = 0xC2B2AE3D27D4EB4F;
    private const ulong Prime3 = 0x165667B19E3779F9;
    private const ulong Prime4 = 0x85EBCA77C2B2AE63;
    private const ulong Prime5 = 0x27D4EB2F165667C5;

    private const int StripeLength = 32;

    private XxHash64()
    {
    }

    /// <summary>The hash as eight bytes, most significant first.</summary>
    public static byte[] Hash(byte[] source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Hash(source, seed: 0);
    }

    /// <inheritdoc cref="Hash(byte[])"/>
    public static byte[] Hash(byte[] source, long seed)
    {
        ArgumentNullException.ThrowIfNull(source);
        var hash = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(hash, HashToUInt64(source, seed));
        return hash;
    }

    public static ulong HashToUInt64(ReadOnlySpan<byte> source, long seed = 0)
    {
        var length = (ulong)source.Length;
        var hash = source.Length >= StripeLength ? Stripes(ref source, (ulong)seed) : (ulong)seed + Prime5;
        return Avalanche(Tail(hash + length, source));
    }

    private static ulong Stripes(ref ReadOnlySpan<byte> source, ulong seed)
    {
        var (a, b, c, d) = (seed + Prime1 + Prime2, seed + Prime2, seed, seed - Prime1);
        for (; source.Length >= StripeLength; source = source[StripeLength..])
        {
            a = Round(a, BinaryPrimitives.ReadUInt64LittleEndian(source));
            b = Round(b, BinaryPrimitives.ReadUInt64LittleEndian(source[8..]));
            c = Round(c, BinaryPrimitives.ReadUInt64LittleEndian(source[16..]));
            d = Round(d, BinaryPrimitives.ReadUInt64LittleEndian(source[24..]));
        }

        var hash = BitOperations.RotateLeft(a, 1) + BitOperations.RotateLeft(b, 7) + BitOperations.RotateLeft(c, 12) + BitOperations.RotateLeft(d, 18);
        return Merge(Merge(Merge(Merge(hash, a), b), c), d);
    }

    private static ulong Tail(ulong hash, ReadOnlySpan<byte> rest)
    {
        for (; rest.Length >= 8; rest = rest[8..])
        {
            hash = (BitOperations.RotateLeft(hash ^ Round(0, BinaryPrimitives.ReadUInt64LittleEndian(rest)), 27) * Prime1) + Prime4;
        }

        if (rest.Length >= 4)
        {
            hash = (BitOperations.RotateLeft(hash ^ (BinaryPrimitives.ReadUInt32LittleEndian(rest) * Prime1), 23) * Prime2) + Prime3;
            rest = rest[4..];
        }

        foreach (var value in rest)
        {
            hash = BitOperations.RotateLeft(hash ^ (value * Prime5), 11) * Prime1;
        }

        return hash;
    }

    private static ulong Round(ulong accumulator, ulong lane) => BitOperations.RotateLeft(accumulator + (lane * Prime2), 31) * Prime1;

    private static ulong Merge(ulong hash, ulong accumulator) => ((hash ^ Round(0, accumulator)) * Prime1) + Prime4;

    private static ulong Avalanche(ulong hash)
    {
        hash = (hash ^ (hash >> 33)) * Prime2;
        hash = (hash ^ (hash >> 29)) * Prime3;
        return hash ^ (hash >> 32);
    }
}
