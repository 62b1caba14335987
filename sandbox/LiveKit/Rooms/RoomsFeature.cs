namespace Meetings.LiveKitSandbox.Rooms;

internal static class RoomsFeature
{
    public static void AddRooms(this IServiceCollection services)
    {
        services.AddSingleton<RoomStore>();
        services.AddSingleton<RoomLife>();
        services.AddHostedService<IdleRooms>();
    }
}
