using System.Text;
using Meetings.WebhookIngress.Receiving;
using Meetings.WebhookIngress.Zoom;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Meetings.WebhookIngress.Tests;

/// <summary>The signature and its window, without a server.</summary>
public sealed class VerifiedDeliveryTests
{
    private static readonly Vectors.Vector[] All = [Vectors.Z1, Vectors.Z2, Vectors.Z3, Vectors.Z4, Vectors.U3];

    public static TheoryData<int> Each => [.. Enumerable.Range(0, All.Length)];

    [Theory, MemberData(nameof(Each))]
    public async Task The_vendors_signatures_are_believed(int index)
    {
        var vector = All[index];

        var delivery = await Verify(vector);

        Assert.Equal(vector.Body, Encoding.UTF8.GetString(delivery.Delivery!.Body));
    }

    [Fact]
    public async Task The_question_is_answered_with_the_secret_that_signed_it()
    {
        foreach (var (secret, plainToken, encryptedToken) in new[] { Vectors.U1, Vectors.U2 })
        {
            var delivery = await Verify(Signed("{}", secret), ["some-other-secret-of-ours", secret]);

            Assert.Equal(encryptedToken, delivery.Delivery!.Sign(plainToken));
        }
    }

    [Fact, Trait("Hostile", "3")]
    public async Task A_body_that_was_parsed_and_written_again_is_not_the_one_that_was_signed()
    {
        var rewritten = System.Text.Json.JsonSerializer.Serialize(System.Text.Json.JsonDocument.Parse(Vectors.Z3.Body));

        Assert.Equal(Rejection.WrongSignature, (await Verify(Vectors.Z3 with { Body = rewritten })).Why);
    }

    [Theory]
    [InlineData("da7ca4235b82783199bff479daae1a9d39e025732b14326f906759b719d2e705", "v0= missing")]
    [InlineData("v0=DA7CA4235B82783199BFF479DAAE1A9D39E025732B14326F906759B719D2E705", "capitals")]
    [InlineData("V0=da7ca4235b82783199bff479daae1a9d39e025732b14326f906759b719d2e705", "capital version")]
    [InlineData("v0=2nykI1uCeDGZv/R52q4anTngJXMrFDJvkGdZtxnS5wU=", "base64")]
    [InlineData("v0=da7ca42", "cut to ten characters")]
    [InlineData("v0=da7ca4235b82783199bff479daae1a9d39e025732b14326f906759b719d2e70", "one digit short")]
    [InlineData("v0=da7ca4235b82783199bff479daae1a9d39e025732b14326f906759b719d2e705 ", "trailing space")]
    [InlineData("v0=da7ca4235b82783199bff479daae1a9d39e025732b14326f906759b719d2e705,v0=00", "two in one")]
    [InlineData("v0=ga7ca4235b82783199bff479daae1a9d39e025732b14326f906759b719d2e705", "no hex digit")]
    [InlineData("v1=da7ca4235b82783199bff479daae1a9d39e025732b14326f906759b719d2e705", "another version")]
    [InlineData("", "empty")]
    [Trait("Hostile", "4"), Trait("Hostile", "5")]
    public async Task A_signature_of_another_shape_is_refused(string signature, string because)
    {
        var result = await Verify(Vectors.Z1 with { Signature = signature });

        Assert.True(result.Why == Rejection.MalformedSignature && result.Delivery is null, because);
    }

    [Fact, Trait("Hostile", "5")]
    public async Task A_signature_of_ten_kilobytes_is_refused() =>
        Assert.Equal(Rejection.MalformedSignature, (await Verify(Vectors.Z1 with { Signature = "v0=" + new string('a', 10_000) })).Why);

    [Fact]
    public async Task One_wrong_bit_anywhere_is_refused()
    {
        var body = Encoding.UTF8.GetBytes(Vectors.Z1.Body);
        for (var i = 0; i < body.Length; i += 7)
        {
            var changed = (byte[])body.Clone();
            changed[i] ^= 1;
            Assert.Equal(Rejection.WrongSignature, (await Verify(changed, Vectors.Z1.Signature, Vectors.Z1.Timestamp, [Vectors.Z1.Secret])).Why);
        }
    }

    [Fact, Trait("Hostile", "2")]
    public async Task Another_tenants_secret_is_not_ours() =>
        Assert.Equal(Rejection.WrongSignature, (await Verify(Vectors.Z1, ["a-secret-of-somebody-else"])).Why);

    [Theory]
    [InlineData(90 * 60, true)]
    [InlineData((90 * 60) + 1, false)]
    [InlineData((85 * 60) + 30, true)]
    [InlineData(-300, true)]
    [InlineData(-301, false)]
    [Trait("Hostile", "7"), Trait("Acceptance", "X21")]
    public async Task The_replay_window_is_exact_to_the_second(int age, bool believed)
    {
        var result = await Verify(Vectors.Z1, now: At(Vectors.Z1).AddSeconds(age));

        Assert.Equal(believed, result.Delivery is not null);
        if (!believed) Assert.Equal(age > 0 ? Rejection.Stale : Rejection.FromTheFuture, result.Why);
    }

    [Theory]
    [InlineData("1e9")]
    [InlineData("-1")]
    [InlineData("")]
    [InlineData(" 1760000000")]
    [InlineData("+1760000000")]
    [InlineData("1760000000.0")]
    [InlineData("17600000000000000000")]
    [InlineData("１７６００００００００")]
    [InlineData("0x68E77B00")]
    [Trait("Hostile", "8")]
    public async Task A_timestamp_that_is_no_number_is_refused(string timestamp) =>
        Assert.Equal(Rejection.MalformedTimestamp, (await Verify(Vectors.Z1 with { Timestamp = timestamp })).Why);

    [Theory]
    [InlineData("9223372036854775807", nameof(Rejection.FromTheFuture))]
    [InlineData("1760000000123", nameof(Rejection.FromTheFuture))]
    [InlineData("0", nameof(Rejection.Stale))]
    [InlineData("00000000000000000000000000000000000001760000000", nameof(Rejection.WrongSignature))]
    [Trait("Hostile", "8"), Trait("Hostile", "9")]
    public async Task A_timestamp_that_fits_no_date_is_refused_like_any_other(string timestamp, string why) =>
        Assert.Equal(why, (await Verify(Vectors.Z1 with { Timestamp = timestamp })).Why.ToString());

    [Fact, Trait("Hostile", "6")]
    public async Task Two_headers_of_a_name_are_refused_whichever_is_right()
    {
        using var body = await Body(Encoding.UTF8.GetBytes(Vectors.Z1.Body));
        var secrets = Secrets([Vectors.Z1.Secret]);
        var two = new StringValues([Vectors.Z1.Signature, Vectors.Z1.Signature]);

        Assert.Null(VerifiedDelivery.FromZoom(two, Vectors.Z1.Timestamp, body, secrets, At(Vectors.Z1), out var why));
        Assert.Equal(Rejection.RepeatedHeader, why);
        Assert.Null(VerifiedDelivery.FromZoom(Vectors.Z1.Signature, new StringValues(["1", Vectors.Z1.Timestamp]), body, secrets, At(Vectors.Z1), out why));
        Assert.Equal(Rejection.RepeatedHeader, why);
    }

    [Fact, Trait("Hostile", "1")]
    public async Task A_missing_header_is_refused()
    {
        using var body = await Body(Encoding.UTF8.GetBytes(Vectors.Z1.Body));
        var secrets = Secrets([Vectors.Z1.Secret]);

        Assert.Null(VerifiedDelivery.FromZoom(default, Vectors.Z1.Timestamp, body, secrets, At(Vectors.Z1), out var why));
        Assert.Equal(Rejection.Missing, why);
        Assert.Null(VerifiedDelivery.FromZoom(Vectors.Z1.Signature, default, body, secrets, At(Vectors.Z1), out why));
        Assert.Equal(Rejection.Missing, why);
    }

    [Fact, Trait("Hostile", "10")]
    public async Task A_retiring_secret_is_believed_until_its_instant()
    {
        var options = new ZoomOptions
        {
            WebhookSecrets = ["the-new-secret-of-ours"],
            RetiringSecrets = [new RetiringSecret { Secret = Vectors.Z1.Secret, InvalidAt = At(Vectors.Z1).AddMinutes(10) }],
        };
        using var body = await Body(Encoding.UTF8.GetBytes(Vectors.Z1.Body));

        Assert.NotNull(VerifiedDelivery.FromZoom(
            Vectors.Z1.Signature, Vectors.Z1.Timestamp, body, new ZoomSecrets(options), At(Vectors.Z1).AddMinutes(10).AddTicks(-1), out _));
        Assert.Null(VerifiedDelivery.FromZoom(
            Vectors.Z1.Signature, Vectors.Z1.Timestamp, body, new ZoomSecrets(options), At(Vectors.Z1).AddMinutes(10), out var why));
        Assert.Equal(Rejection.WrongSignature, why);
    }

    private static Vectors.Vector Signed(string body, string secret) =>
        new(secret, "1760000000", body, ZoomSays.Signature(Encoding.UTF8.GetBytes(body), "1760000000", secret));

    private static DateTimeOffset At(Vectors.Vector vector) =>
        DateTimeOffset.FromUnixTimeSeconds(long.Parse(vector.Timestamp, System.Globalization.CultureInfo.InvariantCulture));

    private static Task<(VerifiedDelivery? Delivery, Rejection Why)> Verify(Vectors.Vector vector, string[]? secrets = null, DateTimeOffset? now = null) =>
        Verify(Encoding.UTF8.GetBytes(vector.Body), vector.Signature, vector.Timestamp, secrets ?? [vector.Secret], now
            ?? (vector.Timestamp is "1760000000" or "1760000060" or "1760003600" or "1760000300" ? At(vector) : At(Vectors.Z1)));

    private static async Task<(VerifiedDelivery? Delivery, Rejection Why)> Verify(
        byte[] bytes, string signature, string timestamp, string[] secrets, DateTimeOffset? now = null)
    {
        using var body = await Body(bytes);
        return (VerifiedDelivery.FromZoom(signature, timestamp, body, Secrets(secrets), now ?? At(Vectors.Z1), out var why), why);
    }

    private static ZoomSecrets Secrets(string[] secrets) => new(new ZoomOptions { WebhookSecrets = secrets });

    private static ValueTask<RawBody> Body(byte[] bytes) => RawBody.ReadAsync(
        new DefaultHttpContext { Request = { Body = new MemoryStream(bytes), ContentLength = bytes.Length } }.Request, TimeSpan.FromSeconds(5), TimeProvider.System);
}
