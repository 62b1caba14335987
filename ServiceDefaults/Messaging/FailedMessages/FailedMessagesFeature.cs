using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Meetings.ServiceDefaults.Messaging.FailedMessages;

/// <summary>Every service that has messaging has this, with no code of its own.</summary>
internal static class FailedMessagesFeature
{
    public static void AddFailedMessages(this IHostApplicationBuilder builder, FailedQueue queue)
    {
        builder.Services.AddOptions<FailedMessageOptions>().BindConfiguration(FailedMessageOptions.Section)
            .Validate(FailedMessageOptions.IsSound, "FailedMessages: no interval, or kept for less than a day.").ValidateOnStart();
        builder.Services.AddSingleton(queue);
        builder.Services.AddSingleton<BrokerLink>();
        builder.Services.AddSingleton<ParkFailedMessages>();
        builder.Services.AddSingleton<SendReplays>();
        builder.Services.AddSingleton<FailedMessageKeeper>();
        builder.Services.AddHostedService(services => services.GetRequiredService<FailedMessageKeeper>());
        builder.Services.AddHealthChecks().AddCheck<FailedMessagesHealth>("failed-messages");
        builder.Services.AddSingleton<ListFailedMessages>();
        builder.Services.AddSingleton<ReplayFailedMessages>();
        builder.Services.AddSingleton<DiscardFailedMessage>();
    }

    /// <summary><c>/api/v1/operations/{service}/failed-messages</c>, where there is messaging.</summary>
    public static void MapFailedMessages(this IEndpointRouteBuilder app)
    {
        if (app.ServiceProvider.GetService<FailedQueue>() is not { } queue) return;
        var messages = app.MapGroup($"/api/v1/operations/{queue.Service}/failed-messages");
        ListFailedMessages.Map(messages);
        ReplayFailedMessages.Map(messages);
        DiscardFailedMessage.Map(messages);
    }
}
