using MassTransit;
using Meetings.ServiceDefaults.Background;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Messaging;

namespace Meetings.Meeting.Sittings;

/// <summary>All that Program needs to know about what providers and Attendance tell of meetings.</summary>
internal static class SittingsFeature
{
    // Nobody waits for counts of people as for an answer: at an everyday rate this makes one commit of ten.
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(20);

    public static void AddSittings(this IServiceCollection services)
    {
        services.AddSingleton<RecordSittings>();
        services.AddSingleton(provider => new GroupCommit<SittingNews, bool>(provider.GetRequiredService<RecordSittings>().WriteAsync, DatabaseTrouble.IsOwn, Gather));
        services.AddHostedService(provider => provider.GetRequiredService<GroupCommit<SittingNews, bool>>());
        services.AddPeriodicWork<ReopenedSittings>();
        services.AddPeriodicWork<UnknownSittings>();
    }

    public static void AddSittingConsumers(this IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<SittingEventsConsumer>();
        bus.AddPacedConsumer<AttendanceFinalizedConsumer>();
        bus.AddPacedConsumer<SittingGapConsumer>();
    }
}
