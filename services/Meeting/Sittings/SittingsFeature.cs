using MassTransit;
using Meetings.ServiceDefaults.Messaging;

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
        bus.AddPacedConsumer<SittingStartedConsumer>();
        bus.AddPacedConsumer<SittingEndedConsumer>();
        bus.AddPacedConsumer<ParticipantJoinedConsumer>();
        bus.AddPacedConsumer<ParticipantLeftConsumer>();
        bus.AddPacedConsumer<WaitingRoomMovedConsumer>();
        bus.AddPacedConsumer<AttendanceFinalizedConsumer>();
    }
}
