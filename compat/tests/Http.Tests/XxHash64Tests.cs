using System.IO.Hashing;
using System.Text;

namespace Compat.Http.Tests;

public sealed class XxHash64Tests
{
    [Theory]
    [InlineData("", 0, 0xEF46DB3751D8E999)]
    [InlineData("a", 0, 0xD24EC4F1A98C6E5B)]
    [InlineData("as", 0, 0x1C330FB2D66BE179)]
    [InlineData("asd", 0, 0x631C37CE72A97393)]
    [InlineData("asdf", 0, 0x415872F599CEA71E)]
    [InlineData("abc", 0, 0x44BC2CF5AD770999)]
    [InlineData("Call me Ishmael. Some years ago--never mind how long precisely-", 0, 0x02A2E85470D6FD96)]
    [InlineData("Nobody inspects the spammish repetition", 0, 0xFBCEA83C8A378BF1)]
    public void Text_has_the_published_hash(string text, long seed, ulong expected)
    {
        Assert.Equal(expected, XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(text), seed));
        Assert.Equal(expected.ToString("X16"), Convert.ToHexString(XxHash64.Hash(Encoding.UTF8.GetBytes(text), seed)));
    }

    // The reference implementation's own check: a fixed buffer, two seeds, lengths around the stripe.
    [Theory]
    [InlineData(0, 0, 0xEF46DB3751D8E999)]
    [InlineData(0, 2654435761, 0xAC75FDA2929B17EF)]
    [InlineData(1, 0, 0xE934A84ADB052768)]
    [InlineData(1, 2654435761, 0x5014607643A9B4C3)]
    [InlineData(4, 0, 0x9136A0DCA57457EE)]
    [InlineData(14, 0, 0x8282DCC4994E35C8)]
    [InlineData(14, 2654435761, 0xC3BD6BF63DEB6DF0)]
    [InlineData(222, 0, 0xB641AE8CB691C174)]
    [InlineData(222, 2654435761, 0x20CB8AB7AE10C14A)]
    public void The_reference_buffer_has_the_reference_hash(int length, long seed, ulong expected)
    {
        var buffer = new byte[length];
        var generator = 2654435761UL;
        for (var i = 0; i < length; i++)
        {
            buffer[i] = (byte)(generator >> 56);
            generator *= 11400714785074694797UL;
        }

        Assert.Equal(expected, XxHash64.HashToUInt64(buffer, seed));
    }
}
