using MassTransit;
using Meetings.Attendance.Calculation;
using Meetings.Attendance.Recording;
using Meetings.Attendance.Lessons;
using Meetings.Attendance.Reading;
using Meetings.Attendance.School;
using Meetings.Attendance.Sheets;
using Meetings.Contracts.Directory.V1;
using Meetings.Contracts.Meetings.V1;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Grpc;
using Meetings.ServiceDefaults.Messaging;

namespace Meetings.Attendance;

/// <summary>All that Program needs to know.</summary>
internal static class AttendanceFeature
{
    public static void AddAttendance(this IHostApplicationBuilder builder)
    {
        builder.AddInternalGrpcClient<SchoolDirectory.SchoolDirectoryClient>("registration");
        builder.AddInternalGrpcClient<MeetingDirectory.MeetingDirectoryClient>("meeting");

        var services = builder.Services;
        services.AddOptions<AttendanceOptions>().BindConfiguration(AttendanceOptions.Section).ValidateDataAnnotations().ValidateOnStart();

        services.AddSingleton<RecordFacts>();
        services.AddSingleton(provider => new GroupCommit<ToldFact, bool>(
            provider.GetRequiredService<RecordFacts>().WriteAsync, DatabaseTrouble.IsOwn));
        services.AddHostedService(provider => provider.GetRequiredService<GroupCommit<ToldFact, bool>>());

        services.AddSingleton<RememberMeeting>();
        services.AddSingleton<MeetingQuestions>();
        services.AddSingleton<UnknownMeetings>();
        services.AddHostedService(provider => provider.GetRequiredService<UnknownMeetings>());

        services.AddSingleton<RememberSchool>();
        services.AddSingleton<DirectoryQuestions>();
        services.AddSingleton<SheetSource>();

        services.AddSingleton<CalculationSignal>();
        services.AddSingleton<ProviderReport>();
        services.AddSingleton<CalculateOccurrence>();
        services.AddHostedService<Finaliser>();

        services.AddSingleton<LessonView>();
        services.AddSingleton<MeetingSight>();
        services.AddSingleton<GetAttendance>();
        services.AddSingleton<GetParticipants>();
        services.AddSingleton<GetExplanation>();
    }

    public static void AddAttendanceConsumers(this IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<SittingEventsConsumer>();
        bus.AddPacedConsumer<DirectoryConsumer>();
        bus.AddPacedConsumer<MeetingChangedConsumer>();
        bus.AddPacedConsumer<RegistrantConsumer>();
    }

    public static void MapAttendance(this IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/api/v1").WithTags("Attendance");
        GetAttendance.Map(api);
        GetParticipants.Map(api);
        GetExplanation.Map(api);
    }
}
