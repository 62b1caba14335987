using Meetings.LiveKitSandbox.Tokens;

namespace Meetings.LiveKitSandbox.Rooms;

/// <summary>Whether a call's token allows what it asks.</summary>
internal static class Grants
{
    public static bool MayCreate(this AccessToken? caller) => caller?.Video is { RoomCreate: true };

    public static bool MayList(this AccessToken? caller) => caller?.Video is { RoomList: true };

    /// <summary>Administrators are so for the one room that their token names.</summary>
    public static bool MayAdminister(this AccessToken? caller, string room) => caller?.Video is { RoomAdmin: true } grant && grant.Room == room;
}
