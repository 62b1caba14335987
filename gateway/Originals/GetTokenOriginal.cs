using System.Text.Json;

namespace Meetings.Gateway.Originals;

/// <summary><c>GET /api/meetings/{id}/token?can_publish=&amp;can_subscribe=</c> (S3-11): less on request, never more (S3-14).</summary>
internal sealed class GetTokenOriginal : IOriginal
{
    private sealed record Token(string AccessToken, Uri ServerUrl, string RoomName, string Identity, Rights Permissions, DateTimeOffset ExpiresAt);

    private sealed record Rights(bool CanPublish, bool CanSubscribe);

    private sealed record Data(string AccessToken, Uri ServerUrl, string RoomName, string ParticipantIdentity, Rights Permissions, DateTimeOffset ExpiresAt);

    public string Name => "token";

    public ValueTask AskAsync(OriginalRequest request)
    {
        var asked = request.Http.Request.Query;
        var query = new Dictionary<string, string?>();
        if (asked["can_publish"] is { Count: > 0 } publish) query["canPublish"] = publish.ToString();
        if (asked["can_subscribe"] is { Count: > 0 } subscribe) query["canSubscribe"] = subscribe.ToString();
        request.Query(QueryString.Create(query));
        return ValueTask.CompletedTask;
    }

    public object Answer(JsonElement? answer, HttpContext request)
    {
        var token = OriginalJson.Read<Token>(answer);
        return new Done(new Data(token.AccessToken, token.ServerUrl, token.RoomName, token.Identity, token.Permissions, token.ExpiresAt));
    }
}
