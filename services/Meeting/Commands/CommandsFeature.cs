using MassTransit;
using Meetings.ServiceDefaults.Background;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Messaging;
using Microsoft.AspNetCore.Http.Connections;

namespace Meetings.Meeting.Commands;

/// <summary>All that Program needs to know about host commands and the channels that tell them.</summary>
internal static class CommandsFeature
{
    // A call is a meeting's id and a number.
    private const int MaxHubMessage = 4 * 1024;

    public static void AddCommands(this IServiceCollection services)
    {
        services.AddOptions<CommandOptions>().BindConfiguration(CommandOptions.Section)
            .Validate(CommandOptions.IsSound, "Commands: an interval that is none, or no streams at all.").ValidateOnStart();
        services.AddSingleton<CommandFeed>();
        services.AddSingleton<CommandSignals>();
        services.AddSingleton<CommandFollower>();
        services.AddSingleton<StreamQuota>();
        services.AddSingleton<ProviderChannel>();
        services.AddHostedService(provider => provider.GetRequiredService<ProviderChannel>());
        services.AddPeriodicWork<LookForCommands>();
        services.AddPeriodicWork<RetryCommands>();
        services.AddPeriodicWork<Expulsions>();
        services.AddSingleton<PostCommand>();
        services.AddTransient<ListCommands>();
        services.AddTransient<GetCommand>();
        services.AddTransient<AcknowledgeCommand>();
        services.AddTransient<StreamCommands>();
        services.AddSignalR(hub =>
        {
            hub.MaximumReceiveMessageSize = MaxHubMessage;
            hub.EnableDetailedErrors = false;
        }).AddJsonProtocol(json => ApiJson.Configure(json.PayloadSerializerOptions));
    }

    public static void AddCommandConsumers(this IBusRegistrationConfigurator bus) => bus.AddFanOutConsumer<MeetingCommandToldConsumer>();

    public static void MapCommands(this IEndpointRouteBuilder app)
    {
        var meeting = app.MapGroup("/api/v1/meetings/{id}").WithTags("Host commands");
        var commands = meeting.MapGroup("/commands");
        PostCommand.Map(commands);
        ListCommands.Map(commands);
        GetCommand.Map(commands);
        AcknowledgeCommand.Map(commands);
        StreamCommands.Map(meeting);

        // WebSocket alone: the other transports need every request of a connection at the same replica.
        app.MapHub<MeetingHub>("/hubs/meetings", hub => hub.Transports = HttpTransportType.WebSockets);
    }
}
