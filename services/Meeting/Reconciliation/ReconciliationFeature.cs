namespace Meetings.Meeting.Reconciliation;

internal static class ReconciliationFeature
{
    public static void AddReconciliation(this IServiceCollection services)
    {
        services.AddSingleton<Reconciler>();
        services.AddHostedService(provider => provider.GetRequiredService<Reconciler>());
    }
}
