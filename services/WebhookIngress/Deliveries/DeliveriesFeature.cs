using Meetings.ServiceDefaults.Background;

namespace Meetings.WebhookIngress.Deliveries;

/// <summary>All that Program and the providers' features see of the store.</summary>
internal static class DeliveriesFeature
{
    public static void AddDeliveries(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<StoreDeliveries>();
        builder.Services.AddSingleton<DeliveryWriter>();
        builder.Services.AddHostedService(services => services.GetRequiredService<DeliveryWriter>());
        builder.Services.AddSingleton<ListDeliveries>();
        builder.Services.AddSingleton<ReplayDelivery>();
        builder.Services.AddOptions<RetentionOptions>().BindConfiguration(RetentionOptions.Section)
            .Validate(RetentionOptions.IsSound, "Retention: bodies longer than deliveries, or deliveries shorter than 7 days.").ValidateOnStart();
        builder.Services.AddPeriodicWork<ApplyRetention>();
    }

    public static void MapDeliveries(this IEndpointRouteBuilder app)
    {
        var deliveries = app.MapGroup("/api/v1/webhooks/deliveries");
        ListDeliveries.Map(deliveries);
        ReplayDelivery.Map(deliveries);
    }
}
