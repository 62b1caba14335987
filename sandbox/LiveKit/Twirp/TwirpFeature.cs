using Google.Protobuf;
using Meetings.Contracts.LiveKit;
using Meetings.LiveKitSandbox.Rooms;
using Meetings.LiveKitSandbox.Tokens;

namespace Meetings.LiveKitSandbox.Twirp;

/// <summary>The RoomService over Twirp: <c>POST /twirp/livekit.RoomService/…</c>.</summary>
internal static class TwirpFeature
{
    private const string Service = "/twirp/livekit.RoomService";

    public static void AddTwirp(this IServiceCollection services)
    {
        services.AddSingleton<ApiFaults>();
        services.AddMethod<CreateRoom, CreateRoomRequest, Room>();
        services.AddMethod<ListRooms, ListRoomsRequest, ListRoomsResponse>();
        services.AddMethod<DeleteRoom, DeleteRoomRequest, DeleteRoomResponse>();
        services.AddMethod<ListParticipants, ListParticipantsRequest, ListParticipantsResponse>();
        services.AddMethod<GetParticipant, RoomParticipantIdentity, ParticipantInfo>();
        services.AddMethod<RemoveParticipant, RoomParticipantIdentity, RemoveParticipantResponse>();
        services.AddMethod<MutePublishedTrack, MuteRoomTrackRequest, MuteRoomTrackResponse>();
        services.AddMethod<UpdateParticipant, UpdateParticipantRequest, ParticipantInfo>();
        services.AddMethod<UpdateSubscriptions, UpdateSubscriptionsRequest, UpdateSubscriptionsResponse>();
        services.AddMethod<SendData, SendDataRequest, SendDataResponse>();
        services.AddMethod<UpdateRoomMetadata, UpdateRoomMetadataRequest, Room>();
    }

    public static void MapTwirp(this WebApplication app)
    {
        // A host that was configured with a slash at its end makes two of them.
        app.Use((http, next) =>
        {
            if (http.Request.Path.Value is { } path && path.StartsWith("//", StringComparison.Ordinal)) http.Request.Path = path[1..];
            return next(http);
        });
        app.UseWhen(
            http => http.Request.Path.StartsWithSegments("/twirp", StringComparison.Ordinal),
            twirp =>
            {
                twirp.UseMiddleware<BodyLimit>();
                twirp.Use((http, next) => http.RequestServices.GetRequiredService<TokenCheck>().InvokeAsync(http, next));
                twirp.Run(CallAsync);
            });
        app.MapGet("/", () => "OK");
    }

    private static void AddMethod<TMethod, TRequest, TResponse>(this IServiceCollection services)
        where TMethod : class, ITwirpMethod<TRequest, TResponse>
        where TRequest : IMessage<TRequest>, new()
        where TResponse : IMessage<TResponse>
    {
        services.AddSingleton<TMethod>();
        services.AddKeyedSingleton<TwirpMethod>(typeof(TMethod).Name, new TwirpMethod<TMethod, TRequest, TResponse>());
    }

    private static async Task CallAsync(HttpContext http)
    {
        var (request, path) = (http.Request, http.Request.Path.Value!);
        if (!path.StartsWith(Service + "/", StringComparison.Ordinal))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var name = path[(Service.Length + 1)..];
        var faults = http.RequestServices.GetRequiredService<ApiFaults>();
        if (faults.Take(name) is not { } fault) await (await AnswerAsync(http, name)).ExecuteAsync(http);
        else await fault.PlayAsync(http, () => AnswerAsync(http, name));
    }

    private static async Task<IResult> AnswerAsync(HttpContext http, string name)
    {
        var request = http.Request;
        if (!HttpMethods.IsPost(request.Method))
        {
            return TwirpError.BadRoute($"unsupported method \"{request.Method}\" (only POST is allowed)", request);
        }

        if (http.RequestServices.GetKeyedService<TwirpMethod>(name) is not { } method)
        {
            return TwirpError.BadRoute($"no handler for path \"{request.Path}\"", request);
        }

        var json = false;
        switch ((request.ContentType ?? "").Split(';')[0].Trim().ToLowerInvariant())
        {
            case "application/json": json = true; break;
            case "application/protobuf": break;
            default: return TwirpError.BadRoute($"unexpected Content-Type: \"{request.ContentType}\"", request);
        }

        return await BodyLimit.ReadAsync(request, http.RequestAborted) is { } body ? method.Call(http, body, json)
            : json ? TwirpError.NotJson : TwirpError.NotProtobuf;
    }
}
