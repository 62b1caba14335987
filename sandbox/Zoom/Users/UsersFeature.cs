using System.Text.Json.Nodes;
using Meetings.ZoomSandbox.Limits;
using Meetings.ZoomSandbox.OAuth;
using Meetings.ZoomSandbox.State;
using Microsoft.Extensions.Options;

namespace Meetings.ZoomSandbox.Users;

internal static class UsersFeature
{
    public static void MapUsers(this IEndpointRouteBuilder app) =>
        app.MapGet("/v2/users/{userId}", Get).ZoomCall(RateLabel.Light, "user:read:user:admin");

    private static IResult Get(string userId, SandboxState state, IOptions<ZoomOptions> options, TimeProvider clock) =>
        state.Change(data => data.FindUser(userId, options.Value, clock.GetUtcNow())) is { } user
            ? ZoomJson.Answer(View(user, options.Value))
            : ZoomError.NoUser(userId);

    private static JsonObject View(ZoomUser user, ZoomOptions options) => new()
    {
        ["id"] = user.Id,
        ["first_name"] = user.FirstName,
        ["last_name"] = user.LastName,
        ["display_name"] = $"{user.FirstName} {user.LastName}".Trim(),
        ["email"] = user.Email,
        ["type"] = user.Licensed ? 2 : 1,
        ["timezone"] = "",
        ["verified"] = 1,
        ["created_at"] = ZoomJson.Text(user.CreatedAt),
        ["account_id"] = options.AccountId,
        ["status"] = "active",
    };
}
