using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Meetings.Bench.Load;

/// <summary>Signed webhooks as Zoom sends them, as the bytes of whole HTTP requests.</summary>
internal sealed class ZoomWebhooks(Uri target, string secret, string meeting, string sitting)
{
    private static readonly string Timestamp = DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    private readonly byte[] _secret = Encoding.UTF8.GetBytes(secret);

    /// <summary>A join of a person that nobody has seen before; the same <paramref name="number"/> makes the same event.</summary>
    public byte[] Joined(long number, DateTimeOffset at, string? email = null, bool badSignature = false)
    {
        var instant = at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var body = $$$$$"""
            {"event":"meeting.participant_joined","event_ts":{{{{{at.ToUnixTimeMilliseconds()}}}}},"payload":{"account_id":"kQ7mT2pLRw-9sVnXy3BdEg","object":{"id":"{{{{{meeting}}}}}","uuid":"{{{{{sitting}}}}}","host_id":"Tq8RnVbSQ0a3kLmYwZxCeA","topic":"Bench","type":2,"start_time":"{{{{{instant}}}}}","timezone":"Asia/Manila","duration":45,"participant":{"user_id":"{{{{{number}}}}}","user_name":"Bench {{{{{number}}}}}","id":"","participant_uuid":"5D0E7A31-92C4-4B18-A6F3-{{{{{number:X12}}}}}","join_time":"{{{{{instant}}}}}","email":"{{{{{email}}}}}","registrant_id":"","participant_user_id":"","customer_key":"","phone_number":""}}}}
            """;
        return Request(Encoding.UTF8.GetBytes(body), badSignature);
    }

    private byte[] Request(byte[] body, bool badSignature)
    {
        byte[] signed = [.. Encoding.ASCII.GetBytes($"v0:{Timestamp}:"), .. body];
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(_secret, signed));
        if (badSignature) signature = new string('0', signature.Length);
        return
        [
            .. Encoding.ASCII.GetBytes(
                $"POST {target.AbsolutePath} HTTP/1.1\r\nHost: {target.Authority}\r\nContent-Type: application/json\r\nx-zm-request-timestamp: {Timestamp}\r\n" +
                $"x-zm-signature: v0={signature}\r\nContent-Length: {body.Length}\r\n\r\n"),
            .. body,
        ];
    }
}
