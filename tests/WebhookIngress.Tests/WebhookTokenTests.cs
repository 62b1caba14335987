using System.Security.Claims;
using System.Text;
using System.Text.Json.Nodes;
using Meetings.WebhookIngress.LiveKit;
using Meetings.WebhookIngress.Receiving;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Meetings.WebhookIngress.Tests;

/// <summary>LiveKit's token and what it says of the body, without a server.</summary>
public sealed class WebhookTokenTests
{
    private const string Body = """{"event":"room_finished","id":"EV_1"}""";

    private static readonly DateTimeOffset Now = new(2026, 9, 14, 7, 0, 0, TimeSpan.Zero);
    private static readonly LiveKitVectors.Vector[] All = [LiveKitVectors.W1, LiveKitVectors.W2];

    public static TheoryData<int> Each => [.. Enumerable.Range(0, All.Length)];

    [Theory, MemberData(nameof(Each))]
    public async Task The_vendors_tokens_are_believed(int index)
    {
        var vector = All[index];

        var (signed, _) = await VerifyAsync(vector.Token, vector.Body, [(vector.KeyId, vector.Secret)]);

        Assert.Equal((vector.Body, vector.KeyId, LiveKitSays.Hash(vector.Body)), (Encoding.UTF8.GetString(signed!.Body), signed.KeyId, Convert.ToBase64String(signed.Hash)));
    }

    [Theory, MemberData(nameof(Each)), Trait("Hostile", "18")]
    public async Task One_wrong_bit_anywhere_in_the_body_is_refused(int index)
    {
        var vector = All[index];
        var body = Encoding.UTF8.GetBytes(vector.Body);
        for (var i = 0; i < body.Length; i++)
        {
            body[i] ^= 1;
            Assert.Equal(Rejection.WrongBody, (await VerifyAsync(vector.Token, body, [(vector.KeyId, vector.Secret)])).Why);
            body[i] ^= 1;
        }

        Assert.Equal(Rejection.WrongBody, (await VerifyAsync(vector.Token, vector.Body + " ", [(vector.KeyId, vector.Secret)])).Why);
    }

    [Fact]
    public async Task A_body_that_was_parsed_and_written_again_is_not_the_one_that_was_signed()
    {
        var rewritten = JsonNode.Parse(LiveKitVectors.W2.Body)!.ToJsonString();

        Assert.Equal(Rejection.WrongBody, (await VerifyAsync(LiveKitVectors.W2.Token, rewritten, [(LiveKitVectors.W2.KeyId, LiveKitVectors.W2.Secret)])).Why);
    }

    [Theory, MemberData(nameof(Each))]
    public async Task No_other_character_will_do_anywhere_in_the_token(int index)
    {
        var vector = All[index];
        for (var i = 0; i < vector.Token.Length; i++)
        {
            var other = vector.Token[i] is 'A' ? 'p' : 'A';
            var changed = $"{vector.Token[..i]}{other}{vector.Token[(i + 1)..]}";
            Assert.True((await VerifyAsync(changed, vector.Body, [(vector.KeyId, vector.Secret)])).Signed is null, $"character {i}");
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Tokens_of_another_library_are_believed(bool named)
    {
        var key = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(LiveKitSays.Secret)) { KeyId = named ? LiveKitSays.KeyId : null };
        string Token(string issuer, TimeSpan age, string algorithm) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer,
            Subject = new ClaimsIdentity([new Claim("sha256", LiveKitSays.Hash(Body))]),
            IssuedAt = (Now - age).UtcDateTime,
            NotBefore = (Now - age).UtcDateTime,
            Expires = (Now - age + TimeSpan.FromMinutes(5)).UtcDateTime,
            SigningCredentials = new SigningCredentials(key, algorithm),
        });

        Assert.NotNull((await VerifyAsync(Token(LiveKitSays.KeyId, TimeSpan.Zero, SecurityAlgorithms.HmacSha256))).Signed);
        Assert.Equal(Rejection.Expired, (await VerifyAsync(Token(LiveKitSays.KeyId, TimeSpan.FromMinutes(7), SecurityAlgorithms.HmacSha256))).Why);
        Assert.Equal(Rejection.WrongKey, (await VerifyAsync(Token("another", TimeSpan.Zero, SecurityAlgorithms.HmacSha256))).Why);
        Assert.Null((await VerifyAsync(Token(LiveKitSays.KeyId, TimeSpan.Zero, SecurityAlgorithms.HmacSha512))).Signed);
    }

    [Theory]
    [InlineData("none"), InlineData("nOnE"), InlineData("NONE"), InlineData("")]
    [Trait("Hostile", "14")]
    public async Task A_token_without_a_signature_is_refused(string algorithm)
    {
        var header = $$"""{"alg":"{{algorithm}}","typ":"JWT"}""";
        var signed = LiveKitSays.Sign(Claims(), header: header);

        Assert.Equal(Rejection.WrongAlgorithm, (await VerifyAsync(signed)).Why);
        Assert.Equal(Rejection.MalformedToken, (await VerifyAsync(signed[..(signed.LastIndexOf('.') + 1)])).Why);
        Assert.Equal(Rejection.MalformedToken, (await VerifyAsync(signed[..signed.LastIndexOf('.')])).Why);
    }

    [Theory]
    [InlineData("""{"alg":"RS256","typ":"JWT"}""")]
    [InlineData("""{"alg":"HS512"}""")]
    [InlineData("""{"alg":"hs256"}""")]
    [InlineData("""{"alg":"Hs256"}""")]
    [InlineData("""{"alg":"HS256 "}""")]
    [InlineData("""{"alg":["HS256"]}""")]
    [InlineData("""{"Alg":"HS256"}""")]
    [InlineData("""{"alg":"HS256","alg":"none"}""")]
    [InlineData("""{"alg":"none","alg":"HS256"}""")]
    [InlineData("""{"alg":"HS256","alg":"HS256"}""")]
    [InlineData("""{"typ":"JWT"}""")]
    [InlineData("""{"typ":{"alg":"HS256"}}""")]
    [Trait("Hostile", "15")]
    public async Task Only_hs256_will_do_even_where_the_signature_is_right(string header) =>
        Assert.Equal(Rejection.WrongAlgorithm, (await VerifyAsync(LiveKitSays.Sign(Claims(), header: header))).Why);

    [Theory]
    [InlineData("""{"typ":"JWT","alg":"HS256"}""")]
    [InlineData("""{"alg":"HS256"}""")]
    [InlineData("""{"alg":"HS256","typ":"JWT","kid":"devkey"}""")]
    [InlineData("""{ "cty" : {"a":[1]}, "alg" : "HS256" }""")]
    public async Task How_the_header_is_written_does_not_matter(string header) =>
        Assert.NotNull((await VerifyAsync(LiveKitSays.Sign(Claims(), header: header))).Signed);

    [Theory]
    [InlineData("../../dev/null"), InlineData("' or 1=1--"), InlineData("DEVKEY"), InlineData("devkey "), InlineData("")]
    [Trait("Hostile", "16")]
    public async Task A_key_is_found_by_its_exact_id_or_not_at_all(string id)
    {
        var header = new JsonObject { ["alg"] = "HS256", ["kid"] = id }.ToJsonString();
        var claims = LiveKitSays.Claims(Body, Now);
        claims["iss"] = id;

        Assert.Equal(Rejection.WrongKey, (await VerifyAsync(LiveKitSays.Sign(Claims(), header: header))).Why);
        Assert.Equal(Rejection.WrongKey, (await VerifyAsync(LiveKitSays.Sign(claims.ToJsonString()))).Why);
    }

    [Fact, Trait("Hostile", "16")]
    public async Task A_key_id_of_ten_kilobytes_is_refused_before_anything_is_worked_out() => Assert.Equal(
        Rejection.MalformedToken,
        (await VerifyAsync(LiveKitSays.Sign(Claims(), header: new JsonObject { ["alg"] = "HS256", ["kid"] = new string('k', 10_000) }.ToJsonString()))).Why);

    [Fact]
    public async Task Each_key_signs_in_its_own_name_only()
    {
        (string, string)[] keys = [("old", "the-old-secret-of-ours-0123456789abcdef"), ("new", "the-new-secret-of-ours-0123456789abcdef")];

        Assert.Equal("old", (await VerifyAsync(LiveKitSays.Token(Body, Now, "old", keys[0].Item2), Body, keys)).Signed!.KeyId);
        Assert.Equal("new", (await VerifyAsync(LiveKitSays.Token(Body, Now, "new", keys[1].Item2), Body, keys)).Signed!.KeyId);
        Assert.Equal(Rejection.WrongKey, (await VerifyAsync(LiveKitSays.Token(Body, Now, "new", keys[0].Item2), Body, keys)).Why);
        Assert.Equal(Rejection.WrongSignature, (await VerifyAsync(LiveKitSays.Token(Body, Now, "old", "somebody-elses-secret-0123456789abcdef"), Body, keys)).Why);
        Assert.Equal(Rejection.WrongSignature, (await VerifyAsync(LiveKitSays.Token(Body, Now, "old", keys[0].Item2), Body, [])).Why);
    }

    [Theory]
    [InlineData(LiveKitVectors.JoinToken)]
    [InlineData(LiveKitVectors.AdminToken)]
    [Trait("Hostile", "17")]
    public async Task A_token_for_a_room_is_none_for_a_webhook(string token) =>
        Assert.Equal(Rejection.NotAboutABody, (await VerifyAsync(token, Body, [(LiveKitVectors.KeyId, LiveKitVectors.Secret)])).Why);

    [Fact, Trait("Hostile", "17")]
    public async Task What_a_participant_wrote_into_a_token_is_no_claim_of_it()
    {
        var claims = LiveKitSays.Claims(Body, Now);
        claims.Remove("sha256");
        claims["metadata"] = $"\",\"sha256\":\"{LiveKitSays.Hash(Body)}";
        claims["attributes"] = new JsonObject { ["sha256"] = LiveKitSays.Hash(Body) };

        Assert.Equal(Rejection.NotAboutABody, (await VerifyAsync(LiveKitSays.Sign(claims.ToJsonString()))).Why);
    }

    [Theory]
    [InlineData(359, Rejection.None)]
    [InlineData(360, Rejection.Expired)]
    [InlineData(361, Rejection.Expired)]
    [InlineData(-60, Rejection.None)]
    [InlineData(-61, Rejection.NotYetValid)]
    [Trait("Hostile", "19")]
    internal async Task A_token_lives_five_minutes_and_clocks_may_be_one_apart(int age, Rejection why) =>
        Assert.Equal(why, (await VerifyAsync(LiveKitSays.Token(Body, Now.AddSeconds(-age)))).Why);

    [Theory]
    [InlineData("exp", null, Rejection.Expired)]
    [InlineData("exp", "\"4102444800\"", Rejection.MalformedToken)]
    [InlineData("exp", "1e400", Rejection.MalformedToken)]
    [InlineData("exp", "9223372036854775808", Rejection.MalformedToken)]
    [InlineData("exp", "9223372036854775807", Rejection.None)]
    [InlineData("exp", "-9223372036854775808", Rejection.Expired)]
    [InlineData("nbf", null, Rejection.None)]
    [InlineData("nbf", "9223372036854775807", Rejection.NotYetValid)]
    [InlineData("nbf", "-9223372036854775808", Rejection.None)]
    [InlineData("nbf", "null", Rejection.MalformedToken)]
    [InlineData("iss", null, Rejection.WrongKey)]
    [InlineData("iss", "[\"devkey\"]", Rejection.WrongKey)]
    [Trait("Hostile", "19"), Trait("Hostile", "33")]
    internal async Task Claims_are_there_and_what_they_should_be(string claim, string? json, Rejection why)
    {
        var claims = LiveKitSays.Claims(Body, Now);
        claims.Remove(claim);
        var text = claims.ToJsonString();
        if (json is not null) text = $$"""{"{{claim}}":{{json}},{{text[1..]}}""";

        Assert.Equal(why, (await VerifyAsync(LiveKitSays.Sign(text))).Why);
    }

    [Theory]
    [InlineData("hex"), InlineData("url"), InlineData("bare"), InlineData("spaced"), InlineData("equal"), InlineData("number"), InlineData("object"), InlineData("long")]
    [Trait("Hostile", "20")]
    public async Task The_hash_is_in_padded_base64_and_in_nothing_else(string writing)
    {
        // A body whose hash has both of the characters in which the alphabets differ.
        var body = Enumerable.Range(0, 10_000).Select(n => $"{{\"n\":{n}}}").First(b => LiveKitSays.Hash(b) is var h && h.Contains('+') && h.Contains('/') && h[42] is not 'B');
        var hash = LiveKitSays.Hash(body);
        var claims = LiveKitSays.Claims(body, Now);
        Assert.NotNull((await VerifyAsync(LiveKitSays.Sign(claims.ToJsonString()), body)).Signed);

        claims["sha256"] = writing switch
        {
            "hex" => Convert.ToHexStringLower(Convert.FromBase64String(hash)),
            "url" => hash.Replace('+', '-').Replace('/', '_'),
            "bare" => hash.TrimEnd('='),
            "spaced" => $"{hash} ",
            // The last character but one has two bits that mean nothing.
            "equal" => $"{hash[..42]}{(char)(hash[42] + 1)}=",
            "number" => 7,
            "object" => new JsonObject { ["sha256"] = hash },
            _ => new string('A', 1000),
        };

        Assert.Null((await VerifyAsync(LiveKitSays.Sign(claims.ToJsonString()), body)).Signed);
    }

    [Theory]
    [InlineData("\"iss\":\"devkey\""), InlineData("\"exp\":4102444800"), InlineData("\"nbf\":1"), InlineData("\"sha256\":\"\""), InlineData("\"\\u0069ss\":\"devkey\"")]
    public async Task A_claim_that_is_there_twice_is_refused(string claim) =>
        Assert.Equal(Rejection.MalformedToken, (await VerifyAsync(LiveKitSays.Sign($"{{{claim},{Claims()[1..]}"))).Why);

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("...")]
    [InlineData("e30")]
    [InlineData("e30.e30")]
    [InlineData("e30.e30.")]
    [InlineData("e30.e30.e30")]
    [InlineData("Bearer ")]
    [Trait("Hostile", "5")]
    public async Task What_is_no_token_is_refused(string token) => Assert.NotEqual(Rejection.None, (await VerifyAsync(token)).Why);

    [Fact]
    public async Task The_token_comes_bare()
    {
        var token = LiveKitSays.Token(Body, Now);
        foreach (var other in new[] { $"Bearer {token}", $"bearer {token}", $" {token}", $"{token} ", $"{token}=", $"{token}\u3000", token.Replace('.', ',') })
        {
            Assert.True((await VerifyAsync(other)).Signed is null, other);
        }
    }

    [Theory]
    [InlineData("="), InlineData("=="), InlineData(" "), InlineData("\n"), InlineData("+"), InlineData("/")]
    public async Task Nothing_that_is_not_base64url_is_read_even_where_it_is_signed(string odd)
    {
        var parts = LiveKitSays.Token(Body, Now).Split('.');
        foreach (var signed in new[] { $"{parts[0]}{odd}.{parts[1]}", $"{parts[0]}.{parts[1]}{odd}", $"{odd}{parts[0]}.{parts[1]}", $"{parts[0]}.{odd}{parts[1]}" })
        {
            Assert.Equal(Rejection.MalformedToken, (await VerifyAsync(LiveKitSays.SignText(signed))).Why);
        }
    }

    [Theory]
    [InlineData("null", "{}"), InlineData("[]", "{}"), InlineData("{", "{}"), InlineData("", "{}")]
    [InlineData("""{"alg":"HS256"}x""", "{}"), InlineData("""{"alg":"HS256","crit":["exp"]}""", "{}"), InlineData("""{"alg":"HS256"}""", "null")]
    [InlineData("""{"alg":"HS256"}""", "[]"), InlineData("""{"alg":"HS256"}""", ""), InlineData("""{"alg":"HS256"}""", """{"iss":"\ud800"}""")]
    public async Task What_is_signed_and_no_token_is_refused(string header, string claims) =>
        Assert.NotEqual(Rejection.None, (await VerifyAsync(LiveKitSays.Sign(claims, header: header))).Why);

    [Fact, Trait("Hostile", "6")]
    public async Task Two_headers_are_refused_whichever_is_right_and_none_is_missing()
    {
        using var body = await BodyAsync(Encoding.UTF8.GetBytes(Body));
        var token = LiveKitSays.Token(Body, Now);
        var keys = Keys([(LiveKitSays.KeyId, LiveKitSays.Secret)]);

        Assert.Null(SignedEvent.From(new StringValues([token, token]), body, keys, Now, out var why));
        Assert.Equal(Rejection.RepeatedHeader, why);
        Assert.Null(SignedEvent.From(default, body, keys, Now, out why));
        Assert.Equal(Rejection.Missing, why);
    }

    [Fact, Trait("Hostile", "28")]
    public async Task A_forgery_allocates_nothing()
    {
        using var body = await BodyAsync(Encoding.UTF8.GetBytes(Body));
        var keys = Keys([(LiveKitSays.KeyId, LiveKitSays.Secret), ("another", "another-secret-of-ours-0123456789abcdef")]);
        StringValues[] forgeries =
        [
            LiveKitSays.Token(Body, Now, secret: "somebody-elses-secret-0123456789abcdef"), LiveKitSays.Token(Body, Now)[..^1], "garbage", "a.b.c",
            LiveKitSays.Token(Body, Now.AddDays(-1)), LiveKitSays.Token(Body + " ", Now),
        ];
        // Once for what is made once, and again when all of it is compiled.
        for (var i = 0; i < 200; i++) Refuse();

        var before = GC.GetAllocatedBytesForCurrentThread();
        Refuse();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Refuse()
        {
            foreach (var forgery in forgeries)
            {
                if (SignedEvent.From(forgery, body, keys, Now, out _) is not null) throw new InvalidOperationException("Believed.");
            }
        }
    }

    private static string Claims() => LiveKitSays.Claims(Body, Now).ToJsonString();

    private static Task<(SignedEvent? Signed, Rejection Why)> VerifyAsync(string token, string body = Body, (string Id, string Secret)[]? keys = null) =>
        VerifyAsync(token, Encoding.UTF8.GetBytes(body), keys ?? [(LiveKitSays.KeyId, LiveKitSays.Secret)]);

    private static async Task<(SignedEvent? Signed, Rejection Why)> VerifyAsync(string token, byte[] bytes, (string Id, string Secret)[] keys)
    {
        using var body = await BodyAsync(bytes);
        return (SignedEvent.From(token, body, Keys(keys), Now, out var why), why);
    }

    private static LiveKitKeys Keys((string Id, string Secret)[] keys) => new(new LiveKitOptions { Keys = keys.ToDictionary(key => key.Id, key => key.Secret) });

    private static ValueTask<RawBody> BodyAsync(byte[] bytes) => RawBody.ReadAsync(
        new DefaultHttpContext { Request = { Body = new MemoryStream(bytes), ContentLength = bytes.Length } }.Request, TimeSpan.FromSeconds(5), TimeProvider.System);
}
