using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Reflection;
using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Meetings.EndToEnd.Tests;

/// <summary>Everything that ./run.sh starts, on free ports and with data of its own.</summary>
public sealed class WholeSystem : IAsyncLifetime
{
    // Patience, not a promise: half a minute is usual, and several where other test projects run beside this one on few cores.
    private static readonly TimeSpan StartsWithin = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan PlaysWithin = TimeSpan.FromMinutes(3);
    private static readonly string[] Services = ["registration", "meeting", "attendance", "webhook-ingress", "gateway", "zoom-sandbox", "livekit-sandbox"];

    private readonly string _data = Path.Combine(Path.GetTempPath(), $"meetings-end-to-end-{Guid.NewGuid():n}");
    private DistributedApplication? _app;

    private DistributedApplication App => _app ?? throw new InvalidOperationException("The system does not run.");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        try
        {
            await StartAsync();
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    public HttpClient LiveKitSandbox() => App.CreateHttpClient("livekit-sandbox", "http");

    /// <summary>The gateway, as this person of the demo school sees it.</summary>
    public async Task<HttpClient> SignInAsync(string email)
    {
        var gateway = App.CreateHttpClient("gateway", "http");
        var answer = await gateway.PostAsJsonAsync("/dev/token", new { email }, Ct);
        var token = await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Ct);
        gateway.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.GetProperty("accessToken").GetString());
        return gateway;
    }

    /// <summary>Whose token this client carries.</summary>
    public static string PersonOf(HttpClient person)
    {
        var claims = person.DefaultRequestHeaders.Authorization!.Parameter!.Split('.')[1].Replace('-', '+').Replace('_', '/');
        var json = JsonDocument.Parse(Convert.FromBase64String(claims.PadRight((claims.Length + 3) / 4 * 4, '=')));
        return json.RootElement.GetProperty("sub").GetString()!;
    }

    public Task HealthyAsync(params string[] resources) => Task.WhenAll(resources.Select(resource =>
        App.ResourceNotifications.WaitForResourceHealthyAsync(resource, Ct).WaitAsync(StartsWithin, Ct)));

    /// <summary>Ctrl-C, and <c>./run.sh</c> again.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAsync();
    }

    public async Task RestartAsync(string resource)
    {
        var result = await App.ResourceCommands.ExecuteCommandAsync(resource, KnownResourceCommands.RestartCommand, Ct);
        Assert.True(result.Success, result.ErrorMessage);
    }

    /// <summary><c>./run.sh play</c>: holds the class and judges the sheet.</summary>
    /// <returns>Its exit code, and what it printed.</returns>
    public async Task<(int ExitCode, string Output)> PlayAsync(params string[] options)
    {
        var rehearsal = typeof(WholeSystem).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "rehearsal").Value!;
        return await RunAsync(new ProcessStartInfo("dotnet",
            [rehearsal, "--gateway", App.GetEndpoint("gateway", "http").ToString(), "--sandbox", App.GetEndpoint("zoom-sandbox", "http").ToString(), .. options]), PlaysWithin);
    }

    /// <summary>What somebody types into a shell, up to the first command that fails.</summary>
    /// <returns>Its exit code, and what it printed, with the command that failed.</returns>
    public Task<(int ExitCode, string Output)> ShellAsync(string commands, TimeSpan patience) =>
        RunAsync(new ProcessStartInfo("bash", ["-eEu", "-o", "pipefail", "-c", $"trap 'echo \"failed: $BASH_COMMAND\" >&2' ERR\n{commands}"])
        {
            Environment =
            {
                ["MEETINGS_GATEWAY"] = Address("gateway"), ["MEETINGS_SANDBOX"] = Address("zoom-sandbox"), ["MEETINGS_LIVEKIT_SANDBOX"] = Address("livekit-sandbox"),
            },
        }, patience);

    private string Address(string resource) => App.GetEndpoint(resource, "http").ToString().TrimEnd('/');

    private static async Task<(int ExitCode, string Output)> RunAsync(ProcessStartInfo program, TimeSpan patience)
    {
        (program.RedirectStandardOutput, program.RedirectStandardError) = (true, true);
        using var process = Process.Start(program)!;
        var output = process.StandardOutput.ReadToEndAsync(Ct);
        var errors = process.StandardError.ReadToEndAsync(Ct);
        try
        {
            await process.WaitForExitAsync(Ct).WaitAsync(patience, Ct);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }

        return (process.ExitCode, $"{await output}{await errors}");
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await StopAsync();
        }
        finally
        {
            if (Directory.Exists(_data)) Directory.Delete(_data, recursive: true);
        }
    }

    private async Task StartAsync()
    {
        var model = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(
            [$"--Compat:DataDirectory={_data}", $"--MEETINGS_SANDBOX_DATA={Path.Combine(_data, "zoom-sandbox.json")}"], Ct);
        // What the services say is in the dashboard; here it would bury the tests' own words.
        model.Services.AddLogging(logging => logging.ClearProviders());
        _app = await model.BuildAsync(Ct);
        await _app.StartAsync(Ct);
        await HealthyAsync(Services);
    }

    private async Task StopAsync()
    {
        if (_app is not { } app) return;
        _app = null;
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
    }
}
