using Meetings.ServiceDefaults.Background;

namespace Meetings.Meeting.Rooms;

/// <summary>All that Program needs to know about joining and waiting rooms.</summary>
internal static class RoomsFeature
{
    public static void AddRooms(this IServiceCollection services)
    {
        services.AddOptions<RoomsOptions>().BindConfiguration(RoomsOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddTransient<FirstJoin>();
        services.AddTransient<PasswordGate>();
        services.AddTransient<RoomPass>();
        services.AddTransient<RoomVisitors>();
        services.AddTransient<ProviderPlaces>();
        services.AddTransient<JoinMeeting>();
        services.AddTransient<GetPlaceStatus>();
        services.AddTransient<LeaveMeeting>();
        services.AddTransient<ListWaiting>();
        services.AddTransient<DecidePlace>();
        services.AddTransient<AdmitAll>();
        services.AddSingleton<RoomNotices>();
        services.AddHostedService(provider => provider.GetRequiredService<RoomNotices>());
        services.AddPeriodicWork<RoomEnds>();
    }

    public static void MapRooms(this IEndpointRouteBuilder app)
    {
        var meetings = app.MapGroup("/api/v1/meetings").WithTags("Rooms");
        JoinMeeting.Map(meetings);
        GetPlaceStatus.Map(meetings);
        LeaveMeeting.Map(meetings);
        ListWaiting.Map(meetings);
        DecidePlace.Map(meetings);
        AdmitAll.Map(meetings);
    }
}
