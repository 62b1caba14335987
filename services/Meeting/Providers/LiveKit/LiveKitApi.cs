using System.Net.Http.Headers;
using Google.Protobuf;
using Meetings.Contracts.LiveKit;
using Microsoft.Extensions.Options;

namespace Meetings.Meeting.Providers.LiveKit;

/// <summary>
/// The calls of LiveKit's RoomService that are made here, over Twirp. Each has a token of its own, which lives for a minute and allows this call and
/// little else.
/// </summary>
internal sealed class LiveKitApi(HttpClient http, IOptions<LiveKitOptions> options, TimeProvider clock)
{
    private const string Protobuf = "application/protobuf";
    private const int Attempts = 3;

    private static readonly TimeSpan TokenLifetime = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Makes it, or finds it there.</summary>
    public async Task<Room> CreateRoomAsync(CreateRoomRequest request, CancellationToken ct)
    {
        var room = await SafelyAsync("CreateRoom", request, Room.Parser, LiveKitGrant.Create, changes: true, ct);
        return room.Name == request.Name && room.Sid.Length > 0 ? room : throw LiveKitErrors.Nonsense(changes: true);
    }

    /// <summary>Null when it is not open.</summary>
    public async Task<Room?> FindRoomAsync(string room, CancellationToken ct)
    {
        var answer = await SafelyAsync(
            "ListRooms", new ListRoomsRequest { Names = { room } }, ListRoomsResponse.Parser, LiveKitGrant.List, changes: false, ct);
        return answer.Rooms.FirstOrDefault(found => found.Name == room);
    }

    /// <summary>Of a room that is not open: nobody.</summary>
    public async Task<IReadOnlyList<ParticipantInfo>> ListParticipantsAsync(string room, CancellationToken ct)
    {
        try
        {
            return (await SafelyAsync(
                "ListParticipants", new ListParticipantsRequest { Room = room }, ListParticipantsResponse.Parser, LiveKitGrant.AdminOf(room), changes: false, ct)).Participants;
        }
        catch (ProviderException e) when (LiveKitErrors.IsNotFound(e))
        {
            return [];
        }
    }

    /// <summary>Nobody stays in it. One that is not open is closed.</summary>
    public Task DeleteRoomAsync(string room, CancellationToken ct) => IfThereAsync(
        SafelyAsync("DeleteRoom", new DeleteRoomRequest { Room = room }, DeleteRoomResponse.Parser, LiveKitGrant.Create, changes: true, ct));

    /// <summary>One who is not there is gone.</summary>
    public Task RemoveParticipantAsync(string room, string identity, CancellationToken ct) => IfThereAsync(SafelyAsync(
        "RemoveParticipant", new RoomParticipantIdentity { Room = room, Identity = identity }, RemoveParticipantResponse.Parser, LiveKitGrant.AdminOf(room),
        changes: true, ct));

    /// <summary>Once: nobody can tell whether it arrived when there is no answer.</summary>
    public Task SendDataAsync(SendDataRequest request, CancellationToken ct) =>
        CallAsync("SendData", request, SendDataResponse.Parser, LiveKitGrant.AdminOf(request.Room), changes: true, ct);

    private static async Task IfThereAsync<T>(Task<T> call)
    {
        try
        {
            await call;
        }
        catch (ProviderException e) when (LiveKitErrors.IsNotFound(e))
        {
            // It is not there, which is all that was wanted.
        }
    }

    /// <summary>
    /// A call that may be made twice with the effect of once. Made again a moment later when the server was not there or not able; not when it was
    /// silent for so long that whoever waits has waited enough.
    /// </summary>
    private async Task<T> SafelyAsync<T>(string method, IMessage request, MessageParser<T> parser, LiveKitGrant grant, bool changes, CancellationToken ct)
        where T : IMessage<T>
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await CallAsync(method, request, parser, grant, changes, ct);
            }
            catch (ProviderException e) when (attempt < Attempts && e is { Failure: ProviderFailure.Unavailable, RetryAfter: null } && Helps(e))
            {
                await Task.Delay(Pause * attempt, clock, ct);
            }
        }
    }

    private static bool Helps(ProviderException e) => e.InnerException is null or HttpRequestException;

    private async Task<T> CallAsync<T>(string method, IMessage request, MessageParser<T> parser, LiveKitGrant grant, bool changes, CancellationToken ct)
        where T : IMessage<T>
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, $"twirp/livekit.RoomService/{method}") { Content = new ByteArrayContent(request.ToByteArray()) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue(Protobuf);
        message.Headers.Authorization = new AuthenticationHeaderValue(
            "Bearer", LiveKitToken.Sign(options.Value.Signing, grant, clock.GetUtcNow(), TokenLifetime));
        try
        {
            using var response = await http.SendAsync(message, ct);
            var body = await response.Content.ReadAsByteArrayAsync(ct);

            // An empty page of a proxy's would be an empty message.
            return response.IsSuccessStatusCode && response.Content.Headers.ContentType?.MediaType is Protobuf
                ? parser.ParseFrom(body)
                : throw LiveKitErrors.Of(response, body, changes, clock.GetUtcNow());
        }
        catch (Exception e) when (!ct.IsCancellationRequested && LiveKitErrors.IsSilence(e))
        {
            throw LiveKitErrors.Silence(e, changes);
        }
    }
}
