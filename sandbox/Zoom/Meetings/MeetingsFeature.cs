namespace Meetings.ZoomSandbox.Meetings;

internal static class MeetingsFeature
{
    public static void AddMeetings(this IServiceCollection services)
    {
        services.AddSingleton<CreateMeeting>();
        services.AddSingleton<ListMeetings>();
        services.AddSingleton<UpdateMeeting>();
        services.AddSingleton<DeleteMeeting>();
        services.AddSingleton<SetMeetingStatus>();
    }

    public static void MapMeetings(this IEndpointRouteBuilder app)
    {
        CreateMeeting.Map(app);
        ListMeetings.Map(app);
        GetMeeting.Map(app);
        UpdateMeeting.Map(app);
        DeleteMeeting.Map(app);
        SetMeetingStatus.Map(app);
    }
}
