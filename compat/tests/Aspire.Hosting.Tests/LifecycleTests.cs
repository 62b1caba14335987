using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Json;

namespace Aspire.Hosting.Tests;

/// <summary>States, waiting, commands, health and logs, with small processes.</summary>
public sealed class LifecycleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_ends_is_finished_with_its_exit_code_and_its_log_is_kept()
    {
        await using var test = await TestApp.StartAsync(_folder.Path, builder =>
            builder.AddExecutable("talker", "sh", ".", "-c", "echo out; echo err >&2; exit 3"));
        var end = await test.UntilAsync("talker", KnownResourceStates.Finished);
        Assert.Equal(3, end.Snapshot.ExitCode);
        var lines = await test.LogsAsync("talker");
        Assert.Contains(lines, l => l is { Content: "out", IsErrorMessage: false });
        Assert.Contains(lines, l => l is { Content: "err", IsErrorMessage: true });
    }

    [Fact]
    public async Task A_program_that_is_not_there_fails_to_start()
    {
        await using var test = await TestApp.StartAsync(_folder.Path, builder => builder.AddExecutable("ghost", "no-such-program", "."));
        await test.UntilAsync("ghost", KnownResourceStates.FailedToStart);
        Assert.Contains(await test.LogsAsync("ghost"), l => l.IsErrorMessage && l.Content.Contains("no-such-program", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WaitForCompletion_starts_the_next_after_the_end_of_the_first()
    {
        var order = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await using var test = await TestApp.StartAsync(_folder.Path, builder =>
        {
            var first = builder.AddExecutable("first", "sh", ".", "-c", $"sleep 0.3; echo first >> {order}");
            builder.AddExecutable("second", "sh", ".", "-c", $"echo second >> {order}").WaitForCompletion(first);
        });
        await test.UntilAsync("second", KnownResourceStates.Finished);
        Assert.Equal(["first", "second"], await File.ReadAllLinesAsync(order, TestApp.Cancelled));
        File.Delete(order);
    }

    [Fact]
    public async Task Without_a_dashboard_the_failure_of_a_dependency_fails_those_who_wait()
    {
        await using var test = await TestApp.StartAsync(_folder.Path, builder =>
        {
            var ghost = builder.AddExecutable("ghost", "no-such-program", ".");
            builder.AddExecutable("waiter", "true", ".").WaitFor(ghost);
            builder.AddExecutable("patient", "true", ".").WaitFor(ghost, WaitBehavior.WaitOnResourceUnavailable);
        });
        await test.UntilAsync("waiter", KnownResourceStates.FailedToStart);
        Assert.Equal(KnownResourceStates.Waiting, test.Snapshot("patient").State?.Text);
    }

    [Fact]
    public async Task What_starts_explicitly_starts_by_command_only()
    {
        await using var test = await TestApp.StartAsync(_folder.Path, builder =>
        {
            builder.AddExecutable("later", "sleep", ".", "600").WithExplicitStart();
            builder.AddExecutable("now", "sleep", ".", "600");
        });
        await test.UntilAsync("now", KnownResourceStates.Running);
        Assert.Equal(KnownResourceStates.NotStarted, test.Snapshot("later").State?.Text);

        var result = await test.App.ResourceCommands.ExecuteCommandAsync("later", KnownResourceCommands.StartCommand, TestApp.Cancelled);
        Assert.True(result.Success, result.ErrorMessage);
        await test.UntilAsync("later", KnownResourceStates.Running);
    }

    [Fact]
    public async Task Dependants_wait_for_health_and_health_follows_the_service()
    {
        await using var test = await TestApp.StartAsync(_folder.Path, builder =>
        {
            var sick = builder.AddProject<Projects.SampleService>("sick").WithEnvironment("SAMPLE_SICK", "true").WithHttpHealthCheck("/health");
            builder.AddExecutable("waiter", "sleep", ".", "600").WaitFor(sick);
            builder.AddExecutable("eager", "sleep", ".", "600").WaitForStart(sick);
        });
        await test.UntilAsync("eager", KnownResourceStates.Running);
        await test.UntilAsync("sick", s => s.HealthReports.Any(r => r.Description?.Contains("503", StringComparison.Ordinal) == true));
        Assert.Equal(KnownResourceStates.Waiting, test.Snapshot("waiter").State?.Text);

        using var http = test.App.CreateHttpClient("sick", "http");
        (await http.PostAsync(new Uri("/health/good", UriKind.Relative), null, TestApp.Cancelled)).EnsureSuccessStatusCode();
        await test.HealthyAsync("sick");
        await test.UntilAsync("waiter", KnownResourceStates.Running);
    }

    [Fact]
    public async Task Restart_makes_a_new_process_on_the_same_address()
    {
        var starts = new ConcurrentQueue<string>();
        await using var test = await TestApp.StartAsync(_folder.Path, builder => builder.AddProject<Projects.SampleService>("sample")
            .WithHttpHealthCheck("/health")
            .WithEnvironment("START_NUMBER", () => (starts.Count + 1).ToString(CultureInfo.InvariantCulture))
            .OnBeforeResourceStarted((_, _, _) => Task.CompletedTask)
            .OnResourceReady((r, _, _) =>
            {
                starts.Enqueue(r.Name);
                return Task.CompletedTask;
            }));
        await test.HealthyAsync("sample");
        var address = test.App.GetEndpoint("sample");
        using var http = test.App.CreateHttpClient("sample");
        var first = await http.GetFromJsonAsync<int>("/pid", TestApp.Cancelled);

        var result = await test.App.ResourceCommands.ExecuteCommandAsync("sample", KnownResourceCommands.RestartCommand, TestApp.Cancelled);
        Assert.True(result.Success, result.ErrorMessage);
        await test.HealthyAsync("sample");
        Assert.Equal(address, test.App.GetEndpoint("sample"));
        Assert.NotEqual(first, await http.GetFromJsonAsync<int>("/pid", TestApp.Cancelled));
        var environment = await http.GetFromJsonAsync<Dictionary<string, string>>("/env", TestApp.Cancelled);
        Assert.Equal("2", environment!["START_NUMBER"]);
        Assert.Equal(2, starts.Count);
    }

    [Fact]
    public async Task A_crashed_service_is_not_restarted_by_itself()
    {
        await using var test = await TestApp.StartAsync(_folder.Path, builder =>
            builder.AddProject<Projects.SampleService>("sample").WithHttpHealthCheck("/health"));
        await test.HealthyAsync("sample");
        using var http = test.App.CreateHttpClient("sample");
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => http.PostAsync(new Uri("/exit/7", UriKind.Relative), null, TestApp.Cancelled));
        var end = await test.UntilAsync("sample", KnownResourceStates.Finished);
        Assert.Equal(7, end.Snapshot.ExitCode);
        Assert.Null(end.Snapshot.HealthStatus);
    }

    [Fact]
    public async Task Connections_go_to_the_replicas_in_turn_and_each_has_its_own_port_and_id()
    {
        await using var test = await TestApp.StartAsync(_folder.Path, builder =>
            builder.AddProject<Projects.SampleService>("twins").WithReplicas(2).WithHttpHealthCheck("/health"));
        await test.HealthyAsync("twins");
        var pids = new HashSet<int>();
        var ids = new HashSet<string>();
        var deadline = DateTime.UtcNow + TestApp.Patience;
        while (pids.Count < 2)
        {
            Assert.True(DateTime.UtcNow < deadline, "only one replica was ever reached");
            using var handler = new SocketsHttpHandler();
            using var http = new HttpClient(handler) { BaseAddress = test.App.GetEndpoint("twins") };
            pids.Add(await http.GetFromJsonAsync<int>("/pid", TestApp.Cancelled));
            var environment = await http.GetFromJsonAsync<Dictionary<string, string>>("/env", TestApp.Cancelled);
            ids.Add(environment!["OTEL_RESOURCE_ATTRIBUTES"]);
            Assert.DoesNotContain(test.App.GetEndpoint("twins").Port.ToString(CultureInfo.InvariantCulture), environment["ASPNETCORE_URLS"], StringComparison.Ordinal);
        }

        Assert.True(ids.Count <= 2);
        Assert.All(ids, id => Assert.Matches("^service.instance.id=[a-z]{8}$", id));
    }

    [Fact]
    public async Task A_command_of_the_model_is_executed_and_its_failure_is_a_result()
    {
        await using var test = await TestApp.StartAsync(_folder.Path, builder => builder.AddExecutable("sleeper", "sleep", ".", "600")
            .WithCommand("good", "Good", _ => Task.FromResult(CommandResults.Success()), new CommandOptions())
            .WithCommand("bad", "Bad", _ => throw new InvalidOperationException("as expected"), new CommandOptions()));
        await test.UntilAsync("sleeper", KnownResourceStates.Running);
        Assert.True((await test.App.ResourceCommands.ExecuteCommandAsync("sleeper", "good", TestApp.Cancelled)).Success);
        var bad = await test.App.ResourceCommands.ExecuteCommandAsync("sleeper", "bad", TestApp.Cancelled);
        Assert.Equal((false, "as expected"), (bad.Success, bad.ErrorMessage));
        Assert.False((await test.App.ResourceCommands.ExecuteCommandAsync("sleeper", "unknown", TestApp.Cancelled)).Success);
    }

    [Fact]
    public async Task A_parameter_without_a_value_says_so()
    {
        await using var test = await TestApp.StartAsync(_folder.Path, builder =>
        {
            var missing = builder.AddParameter("missing");
            builder.AddExecutable("needy", "sleep", ".", "600").WithEnvironment("X", missing);
        });
        Assert.Equal("Value missing", test.Snapshot("missing").State?.Text);
        await test.UntilAsync("needy", KnownResourceStates.FailedToStart);
    }

    [Fact]
    public async Task A_container_that_nothing_stands_in_for_fails_with_a_reason()
    {
        await using var test = await TestApp.StartAsync(_folder.Path, builder => builder.AddContainer("livekit", "livekit/livekit-server", "v1.8"));
        await test.UntilAsync("livekit", KnownResourceStates.FailedToStart);
        Assert.Contains(await test.LogsAsync("livekit"), l => l.Content.Contains("no container runtime", StringComparison.Ordinal));
    }
}
