using System.Reflection;
using Aspire.Hosting.Orchestration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>One run of an AppHost's program on a thread of its own, which stops at <c>Build()</c> and at <c>Run()</c> for the test.</summary>
internal sealed class EntryPointRun(
    Assembly assembly, string[] args, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configure) : ITestRun
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(30);

    private readonly TaskCompletionSource<DistributedApplicationBuilder> _building = New<DistributedApplicationBuilder>();
    private readonly TaskCompletionSource _allowed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<DistributedApplication> _built = New<DistributedApplication>();
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _data = Path.Combine(Path.GetTempPath(), "aspire-testing-" + Guid.NewGuid().ToString("N")[..12]);

    public Task<DistributedApplicationBuilder> Building => _building.Task;

    public Task<DistributedApplication> Built => _built.Task;

    public bool IsEntryPoint => ReferenceEquals(ITestRun.Current.Value, this);

    public void Begin()
    {
        var entry = assembly.EntryPoint ?? throw new InvalidOperationException($"The assembly '{assembly.GetName().Name}' has no entry point.");
        new Thread(() => Enter(entry)) { IsBackground = true, Name = "AppHost entry point" }.Start();
    }

    public void AllowBuild() => _allowed.TrySetResult();

    public void OnCreating(DistributedApplicationOptions options, HostApplicationBuilderSettings settings)
    {
        var directory = assembly.Metadata("apphostprojectpath");
        options.AssemblyName = assembly.GetName().Name;
        options.ProjectDirectory ??= directory;
        options.DisableDashboard = true;
        options.EnableResourceLogging = true;
        settings.ContentRootPath = options.ProjectDirectory;
        var values = Profile(options.ProjectDirectory);
        settings.EnvironmentName = values.GetValueOrDefault("DOTNET_ENVIRONMENT") ?? values.GetValueOrDefault("ASPNETCORE_ENVIRONMENT") ?? "Development";
        values["DcpPublisher:RandomizePorts"] = "true";
        values["ASPNETCORE_URLS"] = "http://localhost:8080";
        values["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = "http://localhost:4317";
        values["Compat:DataDirectory"] = _data;
        settings.Configuration!.AddInMemoryCollection(values.Select(v => new KeyValuePair<string, string?>(v.Key, v.Value)));
        configure(options, settings);
    }

    public void OnBuilding(DistributedApplicationBuilder builder)
    {
        _building.TrySetResult(builder);
        _allowed.Task.GetAwaiter().GetResult();
    }

    public void OnBuilt(DistributedApplication application) => _built.TrySetResult(application);

    public void OnStarted() => _started.TrySetResult();

    public Task WaitForStartAsync(CancellationToken cancellationToken) => _started.Task.WaitAsync(cancellationToken);

    /// <summary>Lets the program go to its end, and removes its temporary data.</summary>
    public async Task FinishAsync()
    {
        _allowed.TrySetCanceled();
        _started.TrySetCanceled();
        await _ended.Task.WaitAsync(Farewell);
        if (Directory.Exists(_data)) Directory.Delete(_data, recursive: true);
    }

    private static TaskCompletionSource<T> New<T>() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static Dictionary<string, string> Profile(string? directory)
    {
        if (directory is null) return [];
        var profile = LaunchProfiles.Of(new AppHostProject(Path.Combine(directory, "AppHost.csproj")))?.Profiles.Values.FirstOrDefault();
        return profile?.EnvironmentVariables ?? [];
    }

    private void Enter(MethodInfo entry)
    {
        ITestRun.Current.Value = this;
        try
        {
            entry.Invoke(null, entry.GetParameters().Length == 0 ? null : [args]);
            Fail(new InvalidOperationException("The entry point ended without building an IHost."));
        }
        catch (TargetInvocationException thrown)
        {
            Fail(thrown.InnerException!);
        }
#pragma warning disable CA1031 // The end of a thread: whatever it is goes to the test.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Fail(failure);
        }
        finally
        {
            _ended.TrySetResult();
        }
    }

    // Only the first counts: a program that has been built and ends later has done its work.
    private void Fail(Exception failure)
    {
        if (_building.TrySetException(failure)) _ = _building.Task.Exception; // Looked at, so that nobody's absence makes it "unobserved".
        if (_built.TrySetException(failure)) _ = _built.Task.Exception;
    }

    private sealed class AppHostProject(string path) : IProjectMetadata
    {
        public string ProjectPath => path;
    }
}
