using Meetings.Contracts.LiveKit;
using Meetings.LiveKitSandbox.Rooms;
using Meetings.LiveKitSandbox.Tokens;
using Microsoft.Extensions.Options;

namespace Meetings.LiveKitSandbox.Control;

/// <summary>
/// Comes into a room with an access token, which alone decides who that is and what they may. Refused with the status that a client would get.
/// </summary>
internal sealed class JoinRoom(RoomStore store, RoomLife life, TokenCheck tokens, IOptions<LiveKitOptions> options, TimeProvider clock)
{
    public IResult Handle(JoinRequest request)
    {
        if (tokens.Verify(request.Token ?? "", out var refusal) is not { } token) return Refuse(401, refusal);
        if (token.Video is not { RoomJoin: true } grant) return Refuse(401, "permissions denied");
        if (token.Identity.Length == 0) return Refuse(400, "identity cannot be empty");
        if (Limits.Exceeds(token.Identity, Limits.Identity)) return Refuse(400, "participant identity length exceeds limits");
        if (Limits.Exceeds(token.Metadata, Limits.Metadata)) return Refuse(400, "metadata size exceeds limits");
        if (Limits.ExceedsAttributes(token.Attributes)) return Refuse(400, "attribute size exceeds limits");

        var name = grant.Room.Length > 0 ? grant.Room : request.Room;
        if (string.IsNullOrEmpty(name)) return Refuse(400, "no room name");
        if (Limits.Exceeds(name, Limits.RoomName)) return Refuse(400, "room name length exceeds limits");

        return store.With(data => Enter(data, name, token, grant, request));
    }

    private IResult Enter(RoomData data, string name, AccessToken token, VideoGrant grant, JoinRequest request)
    {
        if (data.Find(name) is null && !options.Value.AutoCreate && !grant.RoomCreate) return Refuse(404, "requested room does not exist");

        var at = (request.At ?? clock.GetUtcNow()).ToUniversalTime();
        var room = life.Open(data, Wanted(name, token.RoomConfig), at);
        if (IsFull(room, token)) return Refuse(409, "room has exceeded its max participants");

        var participant = life.Join(room, token, at);
        if (request.Connects) life.Connect(room, participant, at, request.Delivery);
        return StageEndpoints.Answer(room, participant);
    }

    /// <summary>Somebody who comes again in place of an older connection takes its place.</summary>
    private static bool IsFull(LiveRoom room, AccessToken token) =>
        room.Info.MaxParticipants is var limit and > 0
        && token.Kind is not (ParticipantInfo.Types.Kind.Egress or ParticipantInfo.Types.Kind.Agent)
        && room.Participants.Count(p => p.Counts && p.Info.Identity != token.Identity) >= limit;

    private static CreateRoomRequest Wanted(string name, RoomConfiguration? config) => new()
    {
        Name = name,
        EmptyTimeout = config?.EmptyTimeout ?? 0,
        DepartureTimeout = config?.DepartureTimeout ?? 0,
        MaxParticipants = config?.MaxParticipants ?? 0,
        Metadata = config?.Metadata ?? "",
    };

    private static IResult Refuse(int status, string why) => Results.Problem(why, statusCode: status);
}
