using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Meetings.Contracts.Problems;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Tests;

/// <summary>Requests that ought to be refused, sent exactly as they are written.</summary>
internal static class BadRequests
{
    /// <summary>Longer than any text may be.</summary>
    public static string Long { get; } = new('x', 5000);

    /// <param name="service">Who is asked.</param>
    /// <param name="caller">Who asks; nobody for null.</param>
    /// <param name="request">A method and a path below /api/v1, such as <c>GET meetings</c>.</param>
    /// <param name="body">As it is; <c>…</c> in it is <see cref="Long"/>. None for null.</param>
    /// <param name="seen">If-Match; null: who does not say.</param>
    /// <param name="mediaType">Of the body.</param>
    public static async Task<HttpResponseMessage> SendRawAsync(
        this MeetingService service, Caller? caller, string request, string? body = null, string? seen = null, string mediaType = "application/json")
    {
        using var client = service.As(caller);
        var (method, path) = (request.Split(' ')[0], request[(request.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
        using var message = new HttpRequestMessage(new HttpMethod(method), new Uri($"/api/v1/{path}", UriKind.Relative));
        if (body is not null) message.Content = new StringContent(body.Replace("…", Long, StringComparison.Ordinal), Encoding.UTF8, new MediaTypeHeaderValue(mediaType));
        // What is refused for its length need not be sent, and breaks no connection while it is.
        message.Headers.ExpectContinue = body is { Length: >= 64 * 1024 };
        if (seen is not null) message.Headers.TryAddWithoutValidation("If-Match", seen);
        return await client.SendAsync(message, TestContext.Current.CancellationToken);
    }

    /// <summary>Refused as the sender's mistake, with a code that clients know and its status.</summary>
    public static async Task<JsonObject> RefusedAsync(HttpResponseMessage answer, string code)
    {
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.Content.Headers.ContentType?.MediaType is "application/problem+json", $"{(int)answer.StatusCode} {answer.Content.Headers.ContentType}: {text}");
        var problem = (JsonObject)JsonNode.Parse(text)!;
        Assert.True((string?)problem["code"] == code, $"{(int)answer.StatusCode} instead of {code}: {text}");
        Assert.Equal(ProblemCodes.All[code].Status, (int)answer.StatusCode);
        Assert.InRange((int)answer.StatusCode, 400, 499);
        return problem;
    }

    /// <summary>The same, for a field.</summary>
    public static async Task RefusedAsync(HttpResponseMessage answer, string code, string? field)
    {
        var problem = await RefusedAsync(answer, code);
        if (field is not null) Assert.Contains(field, problem["errors"]!.AsObject().Select(error => error.Key));
    }

    /// <summary>All that is stored of a meeting, to be compared.</summary>
    public static async Task<string> StoredAsync(this MeetingService service, params string[] meetings) => (await service.OwnerQueryAsync<string>(
        """
        select jsonb_build_array(
            (select jsonb_agg(to_jsonb(m) order by m.id) from meeting m where m.id = any(@ids)),
            (select jsonb_agg(to_jsonb(o) order by o.id) from occurrence o where o.meeting_id = any(@ids)),
            (select jsonb_agg(to_jsonb(a) order by a.id) from meeting_audit a where a.meeting_id = any(@ids)),
            (select jsonb_agg(to_jsonb(p) order by p.meeting_id, p.epoch, p.person_id) from place p where p.meeting_id = any(@ids)),
            (select jsonb_agg(to_jsonb(r) order by r.meeting_id, r.epoch) from room_sitting r where r.meeting_id = any(@ids)),
            (select jsonb_agg(to_jsonb(t) order by t.meeting_id, t.person_id) from password_attempt t where t.meeting_id = any(@ids)),
            (select jsonb_agg(to_jsonb(c) order by c.meeting_id, c.seq) from meeting_command c where c.meeting_id = any(@ids)),
            (select jsonb_agg(to_jsonb(c) order by c.meeting_id) from meeting_change c where c.meeting_id = any(@ids)),
            (select jsonb_agg(to_jsonb(f) order by f.meeting_id) from provider_follow f where f.meeting_id = any(@ids))) #>> '{}'
        """, new { ids = Array.ConvertAll(meetings, Guid.Parse) }))[0];
}
