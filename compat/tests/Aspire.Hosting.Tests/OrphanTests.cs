using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Aspire.Hosting.Processes;

namespace Aspire.Hosting.Tests;

/// <summary>The sample AppHost as a process of its own, ended in every way that there is.</summary>
public sealed class OrphanTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Posix.SigInt)]
    [InlineData(Posix.SigTerm)]
    public async Task Nothing_is_left_after_an_orderly_end(int signal)
    {
        using var host = await RunningHost.StartAsync(_folder.Path);
        var processes = host.Processes();
        Assert.True(processes.Count >= 7, "three stores, epmd, and three services");

        Posix.Kill(host.Process.Id, signal);
        await host.Process.WaitForExitAsync(TestApp.Cancelled).WaitAsync(TestApp.Patience, TestApp.Cancelled);
        Assert.Equal(0, host.Process.ExitCode);
        Assert.All(processes, p => Assert.Empty(p.Members()));
    }

    [Fact]
    public async Task After_a_crash_the_processes_end_and_the_next_start_has_the_folder_to_itself()
    {
        IReadOnlyList<ProcessTree> processes;
        using (var crashed = await RunningHost.StartAsync(_folder.Path))
        {
            processes = crashed.Processes();
            Posix.Kill(crashed.Process.Id, Posix.SigKill);
            await crashed.Process.WaitForExitAsync(TestApp.Cancelled);
            await UntilAsync(() => processes.All(p => p.Members().Count == 0), "orphans of a crashed AppHost live on", crashed);
        }

        using var next = await RunningHost.StartAsync(_folder.Path);
        Posix.Kill(next.Process.Id, Posix.SigTerm);
        await next.Process.WaitForExitAsync(TestApp.Cancelled).WaitAsync(TestApp.Patience, TestApp.Cancelled);
        Assert.Equal(0, next.Process.ExitCode);
    }

    [Fact]
    public async Task What_outlives_a_crash_is_ended_by_the_next_start_and_nothing_else_is()
    {
        using var stubborn = Process.Start(new ProcessStartInfo("setsid", ["sh", "-c", "trap '' TERM; while :; do sleep 0.1; done"]))!;
        using var stranger = Process.Start(new ProcessStartInfo("setsid", ["sleep", "600"]))!;
        var tree = new ProcessTree(stubborn.Id, ProcFs.Read(stubborn.Id)!.Value.StartTime, Posix.SigTerm, SignalsGroup: true, TimeSpan.FromMilliseconds(300));
        var reused = new ProcessTree(stranger.Id, ProcFs.Read(stranger.Id)!.Value.StartTime - 1, Posix.SigTerm, SignalsGroup: true, TimeSpan.FromMilliseconds(300));
        Directory.CreateDirectory(_folder.Path);
        var file = Path.Combine(_folder.Path, "processes.json");
        var earlier = new ProcessLedger(file);
        earlier.Add("stubborn", tree);
        earlier.Add("reused number", reused);

        try
        {
            Assert.Equal(["stubborn"], await new ProcessLedger(file).EndLeftoversAsync());
            await stubborn.WaitForExitAsync(TestApp.Cancelled).WaitAsync(TestApp.Patience, TestApp.Cancelled);
            Assert.False(stranger.HasExited);
        }
        finally
        {
            stubborn.Kill(entireProcessTree: true);
            stranger.Kill();
        }
    }

    [Fact]
    public async Task What_ignores_the_signal_is_killed_with_all_its_descendants()
    {
        ProcessTree? tree = null;
        await using (var test = await TestApp.StartAsync(_folder.Path, builder =>
            builder.AddExecutable("stubborn", "sh", ".", "-c", "trap '' TERM; sleep 600 & sleep 601")))
        {
            await test.UntilAsync("stubborn", KnownResourceStates.Running);
            await UntilAsync(() => (tree = Read(_folder.Path).Single()).Members().Count == 3, "the shell has not started its children");
        }

        Assert.Empty(tree!.Members());
    }

    private static async Task UntilAsync(Func<bool> condition, string otherwise, RunningHost? host = null)
    {
        var patience = Stopwatch.StartNew();
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!condition())
        {
            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(30), otherwise + host?.Output);
            await pace.WaitForNextTickAsync(TestApp.Cancelled);
        }
    }

    private static IReadOnlyList<ProcessTree> Read(string folder)
    {
        var note = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "processes.json")));
        return [.. note.RootElement.GetProperty("Processes").EnumerateArray().Select(e => e.GetProperty("Tree").Deserialize<ProcessTree>()!)];
    }

    private sealed class RunningHost : IDisposable
    {
        private readonly ConcurrentQueue<string> _lines = new();
        private readonly TaskCompletionSource _up = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly string _folder;
        private int _healthy;

        private RunningHost(string folder)
        {
            _folder = folder;

            // A job in the background inherits that Ctrl-C is ignored; a person's terminal does not.
            var start = new ProcessStartInfo("env") { RedirectStandardOutput = true, RedirectStandardError = true };
            start.ArgumentList.Add("--default-signal=INT");
            start.ArgumentList.Add(Executables.DotNet);
            start.ArgumentList.Add("exec");
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "SampleAppHost.dll"));
            start.ArgumentList.Add("--DcpPublisher:RandomizePorts=true");
            start.Environment["Compat__DataDirectory"] = folder;
            start.Environment["DOTNET_ENVIRONMENT"] = "Development";
            Process = Process.Start(start)!;
            Process.OutputDataReceived += (_, line) => Note(line.Data);
            Process.ErrorDataReceived += (_, line) => Note(line.Data);
            Process.BeginOutputReadLine();
            Process.BeginErrorReadLine();
        }

        public Process Process { get; }

        public string Output => Environment.NewLine + string.Join(Environment.NewLine, _lines);

        public static async Task<RunningHost> StartAsync(string folder)
        {
            var host = new RunningHost(folder);
            var ended = host.Process.WaitForExitAsync(TestApp.Cancelled);
            var first = await Task.WhenAny(host._up.Task, ended, Task.Delay(TestApp.Patience, TestApp.Cancelled));
            Assert.True(first == host._up.Task, "The AppHost did not come up:" + host.Output);
            return host;
        }

        public IReadOnlyList<ProcessTree> Processes() => Read(_folder);

        public void Dispose()
        {
            if (!Process.HasExited) Process.Kill();
            Process.Dispose();
        }

        // The two twins are the last to come up.
        private void Note(string? line)
        {
            if (line is null) return;
            _lines.Enqueue(line);
            if (line.Contains("Now listening on", StringComparison.Ordinal) && Interlocked.Increment(ref _healthy) == 3) _up.TrySetResult();
        }
    }
}
