using MassTransit;

namespace Meetings.Meeting.Sittings;

/// <summary>All that Program needs to know about what providers and Attendance tell of meetings.</summary>
internal static class SittingsFeature
{
    public static void AddSittings(this IServiceCollection services)
    {
        services.AddSingleton<SittingFacts>();
        services.AddSingleton<UnknownSittings>();
        services.AddHostedService(provider => provider.GetRequiredService<UnknownSittings>());
    }

    public static void AddSittingConsumers(this IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<SittingStartedConsumer>();
        bus.AddConsumer<SittingEndedConsumer>();
        bus.AddConsumer<ParticipantJoinedConsumer>();
        bus.AddConsumer<ParticipantLeftConsumer>();
        bus.AddConsumer<WaitingRoomMovedConsumer>();
        bus.AddConsumer<AttendanceFinalizedConsumer>();
    }
}
