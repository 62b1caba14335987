using System.Collections.Concurrent;

namespace Aspire.Hosting.Processes;

/// <summary>
/// Starts all processes from one thread that lives as long as the AppHost: the signal that children get at their parent's death is tied to
/// the thread that made them, and threads of the pool come and go.
/// </summary>
internal sealed class ProcessLauncher : IDisposable
{
    private readonly BlockingCollection<Action> _starts = [];

    public ProcessLauncher()
    {
        new Thread(() =>
        {
            foreach (var start in _starts.GetConsumingEnumerable()) start();
        })
        {
            IsBackground = true,
            Name = "Process launcher",
        }.Start();
    }

    public async Task<ManagedProcess> StartAsync(ProcessSpec spec, ProcessLedger? ledger, Action<string, bool> output)
    {
        var started = new TaskCompletionSource<ManagedProcess>(TaskCreationOptions.RunContinuationsAsynchronously);
        _starts.Add(() =>
        {
            try
            {
                started.SetResult(ManagedProcess.Start(spec, ledger, output));
            }
#pragma warning disable CA1031 // Handed on to the caller, who waits on another thread.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                started.SetException(failure);
            }
        });
        return await started.Task;
    }

    /// <summary>Runs a tool to its end. Its output is part of the message when it fails.</summary>
    public async Task RunAsync(ProcessSpec spec, ProcessLedger? ledger, CancellationToken cancellationToken)
    {
        var lines = new ConcurrentQueue<string>();
        var process = await StartAsync(spec, ledger, (line, _) => lines.Enqueue(line));
        try
        {
            var code = await process.Exited.WaitAsync(cancellationToken);
            if (code != 0) throw new DistributedApplicationException($"{spec.FileName} ended with {code}: {string.Join(Environment.NewLine, lines)}");
        }
        finally
        {
            await process.StopAsync();
        }
    }

    /// <summary>Ends the thread, at which those of its children that are still there get their death signal.</summary>
    public void Dispose() => _starts.CompleteAdding();
}
