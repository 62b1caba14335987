using Grpc.Core;
using Grpc.Net.Client.Wire;

namespace Grpc.Tests;

/// <summary>Values of headers, and metadata as a collection.</summary>
public sealed class TextTests
{
    [Theory]
    [InlineData(-1, "1n")]
    [InlineData(0, "1n")]
    [InlineData(1, "100n")]
    [InlineData(999_999, "99999900n")]
    [InlineData(1_000_000, "100000u")]
    [InlineData(10_000_001, "1000001u")]
    [InlineData(1_000_000_000, "100000m")]
    [InlineData(1_000_000_000_000, "100000S")]
    [InlineData(long.MaxValue, "99999999S")]
    public void A_time_is_written_in_the_finest_unit_that_holds_it(long ticks, string expected) =>
        Assert.Equal(expected, GrpcTimeout.Format(TimeSpan.FromTicks(ticks)));

    [Theory]
    [InlineData("1H", 3600)]
    [InlineData("2M", 120)]
    [InlineData("3S", 3)]
    [InlineData("1500m", 1.5)]
    [InlineData("250000u", 0.25)]
    [InlineData("5000000n", 0.005)]
    [InlineData("99999999S", 99_999_999)]
    [InlineData("99999999H", 99_999_999)]
    public void A_time_is_read(string text, double seconds)
    {
        Assert.True(GrpcTimeout.TryParse(text, out var timeout));
        Assert.Equal(TimeSpan.FromSeconds(seconds), timeout);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("S")]
    [InlineData("1")]
    [InlineData("1s")]
    [InlineData("+1S")]
    [InlineData(" 1S")]
    [InlineData("100000000S")]
    public void What_is_no_time_is_not_read(string? text) => Assert.False(GrpcTimeout.TryParse(text, out _));

    [Theory]
    [InlineData("plain words ~", "plain words ~")]
    [InlineData("50%", "50%25")]
    [InlineData("é\n", "%C3%A9%0A")]
    [InlineData("😀", "%F0%9F%98%80")]
    public void Words_are_encoded_and_decoded(string text, string encoded)
    {
        Assert.Equal(encoded, StatusText.Encode(text));
        Assert.Equal(text, StatusText.Decode(encoded));
    }

    [Theory]
    [InlineData("100%", "100%")]
    [InlineData("%zz%4", "%zz%4")]
    [InlineData("%41%", "A%")]
    public void Bad_encoding_is_left_as_it_is(string encoded, string text) => Assert.Equal(text, StatusText.Decode(encoded));

    [Fact]
    public void Metadata_keeps_order_and_duplicates_and_knows_its_keys()
    {
        var metadata = new Metadata { { "A", "1" }, { "a", "2" }, { "b-bin", [1, 2] } };
        Assert.Equal(("2", 2), (metadata.GetValue("A"), metadata.GetAll("a").Count()));
        Assert.Equal(["a", "a", "b-bin"], metadata.Select(e => e.Key));
        Assert.Equal([1, 2], metadata.GetValueBytes("B-BIN")!);
        Assert.Null(metadata.GetValue("c"));
        Assert.Throws<InvalidOperationException>(() => metadata[2].Value);
        Assert.Throws<ArgumentException>(() => metadata.Add("b-bin", "text"));
        Assert.Throws<ArgumentException>(() => metadata.Add("b", [1]));
        Assert.Throws<ArgumentException>(() => metadata.Add("a b", "text"));
        Assert.Throws<InvalidOperationException>(() => Metadata.Empty.Add("a", "1"));
    }
}
