using Meetings.ServiceDefaults.Background;

namespace Meetings.Meeting.Automation;

/// <summary>All that Program needs to know about rooms that are opened and ended by the clock.</summary>
internal static class AutomationFeature
{
    public static void AddAutomation(this IServiceCollection services)
    {
        services.AddOptions<AutomationOptions>().BindConfiguration(AutomationOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<VideoSettingsStore>();
        services.AddTransient<KnownAcademies>();
        services.AddTransient<GetVideoSettings>();
        services.AddTransient<PutVideoSettings>();
        services.AddTransient<PutTeacherVideoSettings>();
        services.AddTransient<GetStatistics>();
        services.AddSingleton<LessonWork>();
        services.AddPeriodicWork<CreateScheduled>();
        services.AddPeriodicWork<CleanupExpired>();
    }

    public static void MapAutomation(this IEndpointRouteBuilder app)
    {
        var academies = app.MapGroup("/api/v1/academies").WithTags("Automation");
        GetVideoSettings.Map(academies);
        PutVideoSettings.Map(academies);
        PutTeacherVideoSettings.Map(academies);

        var automation = app.MapGroup("/api/v1/automation").WithTags("Automation");
        CreateScheduled.Map(automation);
        CleanupExpired.Map(automation);
        GetStatistics.Map(automation);
    }
}
