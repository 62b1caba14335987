using Meetings.ServiceDefaults.Background;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Meetings.ServiceDefaults.Tests;

public sealed class PeriodicWorkTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_round_that_fails_ends_nothing_but_the_round()
    {
        using var host = await StartAsync<FailsFirst>();

        await host.Services.GetRequiredService<FailsFirst>().Third.Task.WaitAsync(TimeSpan.FromSeconds(20), Ct);
    }

    [Fact]
    public async Task What_begins_with_the_start_does_not_wait_for_its_first_interval()
    {
        using var host = await StartAsync<OnceADay>();

        await host.Services.GetRequiredService<OnceADay>().Done.Task.WaitAsync(TimeSpan.FromSeconds(20), Ct);
    }

    [Fact]
    public async Task A_round_that_is_at_work_is_told_when_the_service_stops()
    {
        using var host = await StartAsync<NeverDone>();
        await host.Services.GetRequiredService<NeverDone>().Begun.Task.WaitAsync(TimeSpan.FromSeconds(20), Ct);

        await host.StopAsync(Ct).WaitAsync(TimeSpan.FromSeconds(20), Ct);

        Assert.True(host.Services.GetRequiredService<NeverDone>().WasTold);
    }

    private static async Task<IHost> StartAsync<T>()
        where T : class, IPeriodicWork
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLogging();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddPeriodicWork<T>();
        var host = builder.Build();
        await host.StartAsync(Ct);
        return host;
    }

    private sealed class FailsFirst : IPeriodicWork
    {
        private int _rounds;

        public TaskCompletionSource Third { get; } = new();

        public TimeSpan Every => TimeSpan.FromMilliseconds(10);

        public Task RunAsync(CancellationToken ct)
        {
            if (++_rounds < 3) throw new InvalidOperationException("The database is away.");
            Third.TrySetResult();
            return Task.CompletedTask;
        }
    }

    private sealed class OnceADay : IPeriodicWork
    {
        public TaskCompletionSource Done { get; } = new();

        public TimeSpan Every => TimeSpan.FromDays(1);

        public bool AtStart => true;

        public Task RunAsync(CancellationToken ct)
        {
            Done.TrySetResult();
            return Task.CompletedTask;
        }
    }

    private sealed class NeverDone : IPeriodicWork
    {
        public TaskCompletionSource Begun { get; } = new();

        public bool WasTold { get; private set; }

        public TimeSpan Every => TimeSpan.FromDays(1);

        public bool AtStart => true;

        public async Task RunAsync(CancellationToken ct)
        {
            Begun.TrySetResult();
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, ct);
            }
            finally
            {
                WasTold = ct.IsCancellationRequested;
            }
        }
    }
}
