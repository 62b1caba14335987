namespace Meetings.WebhookIngress.Tests;

/// <summary>Signatures computed outside of this code base (node:crypto), for what Zoom sends.</summary>
internal static class Vectors
{
    public static readonly Vector Z1 = new(
        "zm-test-secret-9QwErTy_12345", "1760000000",
        "{\"event\":\"meeting.started\",\"event_ts\":1760000000123,\"payload\":{\"account_id\":\"kQ7mT2pLRw-9sVnXy3BdEg\",\"object\":{\"id\":\"84512093377\",\"uuid\":\"Lk9vP2xTQe6dHs1Jm4RzWg==\",\"host_id\":\"Tq8RnVbSQ0a3kLmYwZxCeA\",\"topic\":\"Algebra 7B\",\"type\":8,\"start_time\":\"2025-10-09T08:53:20Z\",\"timezone\":\"UTC\",\"duration\":45}}}",
        "v0=da7ca4235b82783199bff479daae1a9d39e025732b14326f906759b719d2e705");

    public static readonly Vector Z2 = new(
        "zm-test-secret-9QwErTy_12345", "1760000060",
        "{\"event\":\"meeting.participant_joined\",\"event_ts\":1760000059900,\"payload\":{\"account_id\":\"kQ7mT2pLRw-9sVnXy3BdEg\",\"object\":{\"id\":\"84512093377\",\"uuid\":\"/Lk9vP2x//QedHs1Jm4RzWg==\",\"host_id\":\"Tq8RnVbSQ0a3kLmYwZxCeA\",\"topic\":\"\u0420\u0443\u0441\u0441\u043a\u0438\u0439 \u044f\u0437\u044b\u043a 7\u0411\",\"type\":8,\"start_time\":\"2025-10-09T08:53:20Z\",\"timezone\":\"Europe/Moscow\",\"duration\":45,\"participant\":{\"user_id\":\"16778240\",\"user_name\":\"\u0410\u043d\u043d\u0430 \u0401\u043b\u043a\u0438\u043d\u0430 \ud83e\udda9\",\"id\":\"\",\"participant_uuid\":\"5D0E7A31-92C4-4B18-A6F3-7C19E2D84B60\",\"join_time\":\"2025-10-09T08:54:19Z\",\"email\":\"\",\"registrant_id\":\"h4Ks9-QvRx2mPzT7LbWc1A\",\"participant_user_id\":\"\"}}}}",
        "v0=9c041b53dfd02a7ff880d3001de0b64d19c41b91b1a370b4b8c2994beffbe4ab");

    public static readonly Vector Z3 = new(
        "another-secret", "1760003600",
        "{ \"event\" : \"meeting.ended\",\n  \"payload\" : {\"object\":{\"id\":\"84512093377\",\"topic\":\"a\\/b \\u00e9\"}} ,\"event_ts\":1760003600001}\n",
        "v0=6693f97edf8b862ed66b24cf8e9b5971e6cc7746bc4e07a631fb0ab134412460");

    public static readonly Vector Z4 = new(
        "zm-test-secret-9QwErTy_12345", "1760000000",
        "",
        "v0=bcacfef0a86be66937a20e29f1ec01d2bc7eddc8d68a00ec5cce722222e3f18d");

    public static readonly (string Secret, string PlainToken, string EncryptedToken) U1 = (
        "zm-test-secret-9QwErTy_12345", "Vn3kRt8QpLx2Zw6Ys1Md0A", "d87af2dc9f0df60b918abbca7b117021f585fc62675fd2d897e1fd6925c25884");

    public static readonly (string Secret, string PlainToken, string EncryptedToken) U2 = (
        "another-secret", "b7Yc-2HqTk_uE5nJ9wRz3g", "dc73b2fa0fb57c5e5c0c5235cdc0a97cfaad20f50397c53a95942b5f4d5ad438");

    public static readonly Vector U3 = new(
        "zm-test-secret-9QwErTy_12345", "1760000300",
        "{\"payload\":{\"plainToken\":\"Vn3kRt8QpLx2Zw6Ys1Md0A\"},\"event_ts\":1760000300680,\"event\":\"endpoint.url_validation\"}",
        "v0=fcd012d3f7ca229ed3f28b3ef7fb7d97f941499648f14db5d0e436e2e4c70748");

    /// <summary>A body and its true signature.</summary>
    public sealed record Vector(string Secret, string Timestamp, string Body, string Signature);
}
