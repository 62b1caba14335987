using Meetings.ServiceDefaults.Background;

namespace Meetings.Meeting.Scheduling;

/// <summary>All that Program needs to know about planning meetings and looking at them.</summary>
internal static class SchedulingFeature
{
    public static void AddScheduling(this IServiceCollection services)
    {
        services.AddTransient<MeetingPlaceFinder>();
        services.AddTransient<MeetingMaker>();
        services.AddTransient<CreateMeeting>();
        services.AddTransient<GetMeeting>();
        services.AddTransient<ListMeetings>();
        services.AddTransient<HostFinder>();
        services.AddTransient<MeetingChanges>();
        services.AddTransient<ProviderPlans>();
        services.AddTransient<ProviderFollower>();
        services.AddTransient<UpdateMeeting>();
        services.AddTransient<CancelMeeting>();
        services.AddTransient<EndMeeting>();
        services.AddTransient<DeleteMeeting>();
        services.AddTransient<TransferMeeting>();
        services.AddPeriodicWork<UnfollowedMeetings>();
        services.AddPeriodicWork<HalfDoneMeetings>();
    }

    public static void MapScheduling(this IEndpointRouteBuilder app)
    {
        var meetings = app.MapGroup("/api/v1/meetings").WithTags("Meetings");
        CreateMeeting.Map(meetings);
        ListMeetings.Map(meetings);
        GetMeeting.Map(meetings);
        UpdateMeeting.Map(meetings);
        CancelMeeting.Map(meetings);
        EndMeeting.Map(meetings);
        TransferMeeting.Map(meetings);
        DeleteMeeting.Map(meetings);
    }
}
