namespace Meetings.Meeting.Joining;

/// <summary>All that Program needs to know about entering the rooms of meetings.</summary>
internal static class JoiningFeature
{
    public static void AddJoining(this IServiceCollection services)
    {
        services.AddTransient<RoomOpener>();
        services.AddTransient<PersonNames>();
        services.AddTransient<GetToken>();
        services.AddTransient<GetRoom>();
        services.AddTransient<OpenRoom>();
    }

    public static void MapJoining(this IEndpointRouteBuilder app)
    {
        var meetings = app.MapGroup("/api/v1/meetings").WithTags("Joining");
        GetToken.Map(meetings);
        GetRoom.Map(meetings);
        OpenRoom.Map(meetings);
    }
}
