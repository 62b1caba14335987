using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Processes;

namespace Aspire.Hosting.Orchestration;

/// <summary>One instance of a resource with processes: waits for what it depends on, runs, tells its state, ends.</summary>
internal sealed class Instance(Runnable owner, string id, IReadOnlyDictionary<EndpointAnnotation, int> ports) : IDisposable
{
    private readonly SemaphoreSlim _commands = new(1, 1);
    private CancellationTokenSource? _ending;
    private Task _run = Task.CompletedTask;
    private bool _isWaiting;

    public string Id => id;

    public IReadOnlyDictionary<EndpointAnnotation, int> Ports => ports;

    /// <summary>The letters by which telemetry tells the instances apart.</summary>
    public string Suffix => id[(id.LastIndexOf('-') + 1)..];

    public bool IsRunning { get; private set; }

    private ResourceLog Log => owner.Tools.Logs.Log(id);

    /// <summary>Begins a run. What is still waiting for others is started without further waiting.</summary>
    public async Task StartAsync()
    {
        await _commands.WaitAsync();
        try
        {
            var waits = !_isWaiting && owner.Resource.HasAnnotationOfType<WaitAnnotation>();
            if (!_run.IsCompleted)
            {
                if (!_isWaiting) return;
                await EndAsync();
            }

            // Said before this returns: who starts a resource and then waits for it must not see how its last run ended.
            await PublishAsync(s => s with
            {
                State = waits ? KnownResourceStates.Waiting : KnownResourceStates.Starting,
                ExitCode = null,
                StartTimeStamp = null,
                StopTimeStamp = null,
                Ready = null,
            });
            _ending = new CancellationTokenSource();
            var token = _ending.Token;
            _run = Task.Run(() => RunAsync(waits, token), CancellationToken.None);
        }
        finally
        {
            _commands.Release();
        }
    }

    public async Task StopAsync()
    {
        await _commands.WaitAsync();
        try
        {
            await EndAsync();
        }
        finally
        {
            _commands.Release();
        }
    }

    public void Dispose()
    {
        _commands.Dispose();
        _ending?.Dispose();
    }

    private async Task EndAsync()
    {
        if (_ending is not null) await _ending.CancelAsync();
        await _run;
        _ending?.Dispose();
        _ending = null;
    }

    private async Task RunAsync(bool waits, CancellationToken ending)
    {
        var processes = new List<ManagedProcess>();
        int? exitCode = null;
        string state;
        try
        {
            if (waits)
            {
                _isWaiting = true;
                await owner.Tools.Notifications.WaitForDependenciesAsync(owner.Resource, ending);
                _isWaiting = false;
                await PublishAsync(s => s with { State = KnownResourceStates.Starting });
            }

            var plan = await owner.PrepareAsync(this, ending);
            foreach (var companion in plan.Companions) processes.Add(await LaunchAsync(companion));
            var main = await LaunchAsync(plan.Main);
            processes.Insert(0, main);
            exitCode = await RunningAsync(main, ending);
            if (exitCode != 0 && !ending.IsCancellationRequested) owner.Tools.Warn($"Resource '{id}' has ended by itself with exit code {exitCode}.");
            state = owner.StoppedState;
        }
        catch (OperationCanceledException)
        {
            state = owner.StoppedState; // Stopped, or the application is stopping, while it waited.
        }
#pragma warning disable CA1031 // Whatever keeps an instance from starting is told in its log and its state; the others go on.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Log.Write(failure is DistributedApplicationException ? failure.Message : failure.ToString(), isError: true);
            owner.Tools.Warn($"Resource '{id}' failed to start: {failure.Message}");
            state = KnownResourceStates.FailedToStart;
        }

        _isWaiting = false;
        foreach (var process in processes) await process.StopAsync();
        await PublishAsync(s => s with
        {
            State = new ResourceStateSnapshot(state, state == KnownResourceStates.FailedToStart || exitCode > 0 ? KnownResourceStateStyles.Error : null),
            ExitCode = exitCode,
            StopTimeStamp = owner.Tools.Clock.GetUtcNow().UtcDateTime,
            HealthReports = [.. s.HealthReports.Select(r => r with { Status = null })],
            Urls = [.. s.Urls.Select(u => u with { IsInactive = true })],
        });
        await owner.TellStoppedAsync(this);
    }

    private async Task<int> RunningAsync(ManagedProcess main, CancellationToken ending)
    {
        IsRunning = true;
        owner.Ready.Started();
        using var unhealthy = CancellationTokenSource.CreateLinkedTokenSource(ending);
        await PublishAsync(s => s with
        {
            State = new ResourceStateSnapshot(KnownResourceStates.Running, KnownResourceStateStyles.Success),
            StartTimeStamp = main.StartedAt,
            Properties = Properties.Set(s.Properties, KnownProperties.ExecutablePid, main.Pid),
            Urls = [.. s.Urls.Select(u => u with { IsInactive = false })],
        });
        var monitor = MonitorAsync(unhealthy.Token);
        try
        {
            using (ending.UnsafeRegister(_ => _ = PublishAsync(s => s with { State = KnownResourceStates.Stopping }), null))
            {
                var asked = Task.Delay(Timeout.Infinite, ending);
                if (await Task.WhenAny(main.Exited, asked) == asked) await main.StopAsync();
                return await main.Exited;
            }
        }
        finally
        {
            IsRunning = false;
            owner.Ready.Stopped();
            await unhealthy.CancelAsync();
            await monitor;
        }
    }

    private async Task MonitorAsync(CancellationToken cancellationToken)
    {
        try
        {
            await owner.Tools.Health.RunAsync(owner.Resource, id, owner.Ready, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The instance has ended.
        }
    }

    private Task<ManagedProcess> LaunchAsync(ProcessSpec spec) => owner.Tools.Launcher.StartAsync(spec, owner.Tools.Ledger, Log.Write);

    private Task PublishAsync(Func<CustomResourceSnapshot, CustomResourceSnapshot> change) =>
        owner.Tools.Notifications.PublishUpdateAsync(owner.Resource, id, change);
}
