using Meetings.Rehearsal;
using Meetings.Rehearsal.Running;
using Spectre.Console;

// A table of sentences does not fit the 80 columns that are assumed when nobody looks.
const int Columns = 150;
if (!AnsiConsole.Profile.Out.IsTerminal) AnsiConsole.Profile.Width = Columns;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};

try
{
    var options = Options.Parse(args, Environment.GetEnvironmentVariable);
    if (options.Help)
    {
        Console.WriteLine(Options.Usage);
        return (int)ExitCode.AsExpected;
    }

    using var gateway = new GatewayClient(options.Gateway);
    using var sandbox = new SandboxClient(options.Sandbox);
    return (int)await new Play(options, gateway, sandbox, AnsiConsole.Console, TimeProvider.System).RunAsync(stop.Token);
}
catch (PlayFailure failure)
{
    Console.Error.WriteLine(failure.Message);
    if (failure.Code == ExitCode.Usage) Console.Error.WriteLine(Options.Usage);
    return (int)failure.Code;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return (int)ExitCode.Interrupted;
}
