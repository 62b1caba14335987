using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Meetings.Rehearsal;
using Meetings.Rehearsal.Running;
using Microsoft.AspNetCore.Http;
using Spectre.Console;
using Xunit;

namespace Meetings.ZoomSandbox.Tests;

public sealed class PlayTests
{
    [Fact]
    public async Task The_class_is_held_and_its_sheet_is_printed()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        await using var gateway = await FakeGateway.StartAsync(sandbox);

        var (code, text) = await PlayAsync(gateway, sandbox);

        Assert.True(code == ExitCode.AsExpected, text);
        Assert.Contains("only in the waiting room", text, StringComparison.Ordinal);
        Assert.Contains("40 enrolled: 31 present", text, StringComparison.Ordinal);
        Assert.Contains("Lola Remy (25:00)", text, StringComparison.Ordinal);
        Assert.Single(sandbox.Receiver.Of("meeting.started"));
        Assert.Equal(50, Assert.Single(gateway.Created)["durationMinutes"]!.GetValue<int>());
    }

    [Fact]
    public async Task Twice_tells_everything_again_and_holds_a_second_class()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        await using var gateway = await FakeGateway.StartAsync(sandbox);

        var (code, text) = await PlayAsync(gateway, sandbox, "--twice");

        Assert.True(code == ExitCode.AsExpected, text);
        Assert.Equal(2, gateway.Created.Count);
        Assert.Equal([2, 1], sandbox.Receiver.Of("meeting.started").CountBy(r => r.Object["uuid"]!.GetValue<string>()).Select(uuid => uuid.Value));
    }

    [Theory]
    [InlineData(1, "Student 40")]
    [InlineData(2, "the second time")]
    public async Task Another_sheet_is_exit_code_1(int meeting, string told)
    {
        await using var sandbox = await SandboxServer.StartAsync();
        await using var gateway = await FakeGateway.StartAsync(sandbox);
        gateway.Spoil = (number, records) =>
        {
            if (number == meeting) records[39]!["durationSeconds"] = 60;
        };

        var (code, text) = await PlayAsync(gateway, sandbox, "--twice");

        Assert.True(code == ExitCode.OtherSheet, text);
        Assert.Contains(told, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refused_webhooks_are_exit_code_3()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        sandbox.Receiver.Answer = (_, http) =>
        {
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        };
        await using var gateway = await FakeGateway.StartAsync(sandbox);

        var failure = await Assert.ThrowsAsync<PlayFailure>(() => PlayAsync(gateway, sandbox));

        Assert.Equal(ExitCode.NoSystem, failure.Code);
        Assert.Contains("webhooks were refused", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_system_that_is_not_up_is_exit_code_3()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var nowhere = new Uri($"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/");
        free.Stop();
        using var gateway = new GatewayClient(nowhere);

        var failure = await Assert.ThrowsAsync<PlayFailure>(() => gateway.SignInAsync(TestContext.Current.CancellationToken));

        Assert.Equal(ExitCode.NoSystem, failure.Code);
        Assert.Contains("./run.sh", failure.Message, StringComparison.Ordinal);
    }

    private static async Task<(ExitCode Code, string Text)> PlayAsync(FakeGateway fake, SandboxServer server, params string[] args)
    {
        var options = Options.Parse(["--patience", "8", .. args], _ => null) with { Gateway = fake.Url, Sandbox = server.Http.BaseAddress! };
        using var gateway = new GatewayClient(options.Gateway);
        using var sandbox = new SandboxClient(options.Sandbox);
        await using var text = new StringWriter(CultureInfo.InvariantCulture);
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = 200;
        var code = await new Play(options, gateway, sandbox, console, TimeProvider.System).RunAsync(TestContext.Current.CancellationToken);
        return (code, text.ToString());
    }
}
