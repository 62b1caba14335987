using Meetings.ServiceDefaults.Background;

namespace Meetings.Meeting.Reconciliation;

internal static class ReconciliationFeature
{
    public static void AddReconciliation(this IServiceCollection services)
    {
        services.AddPeriodicWork<Reconciler>();
    }
}
