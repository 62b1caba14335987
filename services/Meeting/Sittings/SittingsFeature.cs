using MassTransit;

namespace Meetings.Meeting.Sittings;

/// <summary>All that Program needs to know about what providers and Attendance tell of meetings.</summary>
internal static class SittingsFeature
{
    private const int AtOnce = 4;

    public static void AddSittings(this IServiceCollection services)
    {
        services.AddSingleton<SittingFacts>();
        services.AddSingleton<UnknownSittings>();
        services.AddHostedService(provider => provider.GetRequiredService<UnknownSittings>());
    }

    public static void AddSittingConsumers(this IBusRegistrationConfigurator bus)
    {
        Add<SittingStartedConsumer>(bus);
        Add<SittingEndedConsumer>(bus);
        Add<ParticipantJoinedConsumer>(bus);
        Add<ParticipantLeftConsumer>(bus);
        Add<WaitingRoomMovedConsumer>(bus);
        Add<AttendanceFinalizedConsumer>(bus);
    }

    // A whole school that joins in one minute must leave connections to the database for those who ask.
    private static void Add<TConsumer>(IBusRegistrationConfigurator bus)
        where TConsumer : class, IConsumer => bus.AddConsumer<TConsumer>(consumer => consumer.ConcurrentMessageLimit = AtOnce);
}
