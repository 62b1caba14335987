using System.Text.Json;
using Google.Protobuf.Reflection;
using Meetings.Contracts.LiveKit;

namespace Meetings.LiveKitSandbox.Tokens;

internal sealed record TokenHeader(string? Alg);

/// <summary>Claims of a token, not verified yet. Times are Unix seconds.</summary>
internal sealed record TokenClaims
{
    public string? Iss { get; init; }
    public string? Sub { get; init; }
    public string? Jti { get; init; }
    public double? Exp { get; init; }
    public double? Nbf { get; init; }
    public string? Name { get; init; }
    public string? Metadata { get; init; }
    public string? Kind { get; init; }
    public Dictionary<string, string>? Attributes { get; init; }
    public VideoGrant? Video { get; init; }
    public JsonElement? RoomConfig { get; init; }
}

/// <summary>What the bearer may do with rooms.</summary>
internal sealed record VideoGrant
{
    public bool RoomCreate { get; init; }
    public bool RoomList { get; init; }
    public bool RoomAdmin { get; init; }
    public bool RoomJoin { get; init; }
    public string Room { get; init; } = "";
    public bool? CanPublish { get; init; }
    public bool? CanSubscribe { get; init; }
    public bool? CanPublishData { get; init; }
    public string[] CanPublishSources { get; init; } = [];
    public bool? CanUpdateOwnMetadata { get; init; }
    public bool? CanSubscribeMetrics { get; init; }
    public bool? CanManageAgentSession { get; init; }
    public bool Hidden { get; init; }
    public bool Recorder { get; init; }
    public bool Agent { get; init; }

    /// <summary>With the defaults of what is not said: publishing and subscribing are allowed, data as publishing is.</summary>
    public ParticipantPermission ToPermission()
    {
        var publish = CanPublish ?? true;
        var permission = new ParticipantPermission
        {
            CanPublish = publish,
            CanSubscribe = CanSubscribe ?? true,
            CanPublishData = CanPublishData ?? publish,
            CanUpdateMetadata = CanUpdateOwnMetadata ?? false,
            CanSubscribeMetrics = CanSubscribeMetrics ?? false,
            CanManageAgentSession = CanManageAgentSession ?? false,
            Hidden = Hidden,
#pragma warning disable CS0612 // Deprecated, and told all the same.
            Recorder = Recorder,
            Agent = Agent,
#pragma warning restore CS0612
        };
        permission.CanPublishSources.AddRange(CanPublishSources.Select(Source));
        return permission;
    }

    private static TrackSource Source(string name) =>
        (TrackSource)EnumNames.Number(LivekitModelsReflection.Descriptor.FindTypeByName<EnumDescriptor>(nameof(TrackSource)), name);
}

internal static class EnumNames
{
    /// <summary>Tokens write the names of protobuf's enums in lower case. An unknown one is the first.</summary>
    public static int Number(EnumDescriptor type, string? name) => name is null ? 0 : type.FindValueByName(name.ToUpperInvariant())?.Number ?? 0;
}
