using System.Text;
using System.Text.Json.Nodes;
using Meetings.ZoomSandbox.Webhooks;
using Xunit;

namespace Meetings.ZoomSandbox.Tests;

/// <summary>The published test vectors of Zoom's two signatures.</summary>
public sealed class SignatureTests
{
    private static readonly Dictionary<string, string> Vectors = new()
    {
        ["Z1"] = """
            {"secret":"zm-test-secret-9QwErTy_12345","timestamp":"1760000000","body":"{\"event\":\"meeting.started\",\"event_ts\":1760000000123,\"payload\":{\"account_id\":\"kQ7mT2pLRw-9sVnXy3BdEg\",\"object\":{\"id\":\"84512093377\",\"uuid\":\"Lk9vP2xTQe6dHs1Jm4RzWg==\",\"host_id\":\"Tq8RnVbSQ0a3kLmYwZxCeA\",\"topic\":\"Algebra 7B\",\"type\":8,\"start_time\":\"2025-10-09T08:53:20Z\",\"timezone\":\"UTC\",\"duration\":45}}}","bytes":298,"bodySha256":"eb81c951fd1c67a799b769e3075a8e165515ede7e78434fb7a2c59102c265c1d","expected":"v0=da7ca4235b82783199bff479daae1a9d39e025732b14326f906759b719d2e705"}
            """,
        ["Z2"] = """
            {"secret":"zm-test-secret-9QwErTy_12345","timestamp":"1760000060","body":"{\"event\":\"meeting.participant_joined\",\"event_ts\":1760000059900,\"payload\":{\"account_id\":\"kQ7mT2pLRw-9sVnXy3BdEg\",\"object\":{\"id\":\"84512093377\",\"uuid\":\"/Lk9vP2x//QedHs1Jm4RzWg==\",\"host_id\":\"Tq8RnVbSQ0a3kLmYwZxCeA\",\"topic\":\"Русский язык 7Б\",\"type\":8,\"start_time\":\"2025-10-09T08:53:20Z\",\"timezone\":\"Europe/Moscow\",\"duration\":45,\"participant\":{\"user_id\":\"16778240\",\"user_name\":\"Анна Ёлкина 🦩\",\"id\":\"\",\"participant_uuid\":\"5D0E7A31-92C4-4B18-A6F3-7C19E2D84B60\",\"join_time\":\"2025-10-09T08:54:19Z\",\"email\":\"\",\"registrant_id\":\"h4Ks9-QvRx2mPzT7LbWc1A\",\"participant_user_id\":\"\"}}}}","bytes":593,"bodySha256":"963bdd28d09bd032dc9ba6b0d6c496e07ae29a1c989417c67349f26ac6d85e4a","expected":"v0=9c041b53dfd02a7ff880d3001de0b64d19c41b91b1a370b4b8c2994beffbe4ab"}
            """,
        ["Z3"] = """
            {"secret":"another-secret","timestamp":"1760003600","body":"{ \"event\" : \"meeting.ended\",\n  \"payload\" : {\"object\":{\"id\":\"84512093377\",\"topic\":\"a\\/b \\u00e9\"}} ,\"event_ts\":1760003600001}\n","bytes":124,"bodySha256":"20916969aed93ead102006e1ee2e494efcbd07862ba6006e00bee98bfcbc0fad","expected":"v0=6693f97edf8b862ed66b24cf8e9b5971e6cc7746bc4e07a631fb0ab134412460"}
            """,
        ["Z4"] = """
            {"secret":"zm-test-secret-9QwErTy_12345","timestamp":"1760000000","body":"","bytes":0,"bodySha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","expected":"v0=bcacfef0a86be66937a20e29f1ec01d2bc7eddc8d68a00ec5cce722222e3f18d"}
            """,
        ["U1"] = """
            {"secret":"zm-test-secret-9QwErTy_12345","plainToken":"Vn3kRt8QpLx2Zw6Ys1Md0A","encryptedToken":"d87af2dc9f0df60b918abbca7b117021f585fc62675fd2d897e1fd6925c25884"}
            """,
        ["U2"] = """
            {"secret":"another-secret","plainToken":"b7Yc-2HqTk_uE5nJ9wRz3g","encryptedToken":"dc73b2fa0fb57c5e5c0c5235cdc0a97cfaad20f50397c53a95942b5f4d5ad438"}
            """,
        ["U3"] = """
            {"secret":"zm-test-secret-9QwErTy_12345","timestamp":"1760000300","body":"{\"payload\":{\"plainToken\":\"Vn3kRt8QpLx2Zw6Ys1Md0A\"},\"event_ts\":1760000300680,\"event\":\"endpoint.url_validation\"}","expected":"v0=fcd012d3f7ca229ed3f28b3ef7fb7d97f941499648f14db5d0e436e2e4c70748"}
            """,
    };

    [Theory]
    [InlineData("Z1")]
    [InlineData("Z2")]
    [InlineData("Z3")]
    [InlineData("Z4")]
    [InlineData("U3")]
    public void A_body_is_signed_as_Zoom_signs_it(string name)
    {
        var vector = JsonNode.Parse(Vectors[name])!;

        var signature = WebhookSignature.Of(Text(vector, "secret"), Text(vector, "timestamp"), Encoding.UTF8.GetBytes(Text(vector, "body")));

        Assert.Equal(Text(vector, "expected"), signature);
    }

    [Theory]
    [InlineData("U1")]
    [InlineData("U2")]
    public void A_plain_token_is_encrypted_as_Zoom_expects_it(string name)
    {
        var vector = JsonNode.Parse(Vectors[name])!;

        Assert.Equal(Text(vector, "encryptedToken"), WebhookSignature.EncryptedToken(Text(vector, "secret"), Text(vector, "plainToken")));
    }

    [Fact]
    public void The_validation_request_is_written_as_in_the_vector()
    {
        var vector = JsonNode.Parse(Vectors["U3"])!;
        var body = UrlValidation.Body("Vn3kRt8QpLx2Zw6Ys1Md0A", DateTimeOffset.FromUnixTimeMilliseconds(1760000300680));

        Assert.Equal(Text(vector, "body"), Encoding.UTF8.GetString(ZoomJson.Bytes(body)));
    }

    [Fact]
    public void A_body_with_emoji_and_Cyrillic_letters_is_written_unescaped()
    {
        var body = Text(JsonNode.Parse(Vectors["Z2"])!, "body");

        Assert.Equal(body, Encoding.UTF8.GetString(ZoomJson.Bytes(JsonNode.Parse(body)!)));
    }

    private static string Text(JsonNode vector, string name) => vector[name]!.GetValue<string>();
}
