using System.Diagnostics;

namespace Grpc.Tests;

/// <summary>Runs a script of <c>interop/</c> with a Python that has grpcio, which is not optional: install python3-grpcio.</summary>
internal sealed class Python : IAsyncDisposable
{
    private static readonly Lazy<string> Interpreter = new(Find);

    private readonly Process _process;
    private readonly Task<string> _errors;

    private Python(string script, string[] arguments)
    {
        _process = Start(Interpreter.Value, [Path.Combine(AppContext.BaseDirectory, "interop", script), .. arguments]);
        _errors = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>What the client printed for a case.</summary>
    public static async Task<string> ClientAsync(Server server, string @case)
    {
        await using var python = new Python("client.py", [new Uri(server.Address).Authority, @case]);
        var output = await python._process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(40));
        await python._process.WaitForExitAsync(TestContext.Current.CancellationToken).InTime();
        return python._process.ExitCode == 0 ? output.Trim() : throw new InvalidOperationException($"client.py {@case}: {await python._errors}");
    }

    public static async Task<(Python Server, string Address)> ServerAsync(params string[] arguments)
    {
        var python = new Python("server.py", arguments);
        var port = await python._process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().InTime();
        if (port is not null) return (python, $"http://127.0.0.1:{port}");
        throw new InvalidOperationException($"server.py: {await python._errors}");
    }

    public async ValueTask DisposeAsync()
    {
        // The server runs until its input ends; one that does not is killed, by its id.
        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private static string Find()
    {
        // The Python of the distribution first: another on the PATH need not see the distribution's packages.
        string[] candidates = [Environment.GetEnvironmentVariable("GRPC_TESTS_PYTHON") ?? "/usr/bin/python3", "python3"];
        return candidates.FirstOrDefault(HasGrpc) ?? throw new InvalidOperationException($"None of {string.Join(", ", candidates)} can import grpc. Install python3-grpcio.");
    }

    private static bool HasGrpc(string python)
    {
        if (Path.IsPathRooted(python) && !File.Exists(python)) return false;
        using var process = Start(python, ["-c", "import grpc"]);
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private static Process Start(string python, string[] arguments) => Process.Start(new ProcessStartInfo(python, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        Environment = { ["PYTHONDONTWRITEBYTECODE"] = "1" },
    })!;
}
