using Meetings.ServiceDefaults.Background;
using Microsoft.Extensions.Options;

namespace Meetings.Registration.Registrants;

/// <summary>Looks for what is due.</summary>
internal sealed class RegistrantWork(RegistrantQueue queue, IOptions<RegistrantsOptions> options) : IPeriodicWork
{
    public TimeSpan Every => options.Value.LookEvery;

    public Task RunAsync(CancellationToken ct) => queue.DrainAsync(ct);
}
