using System.Globalization;

namespace Meetings.Rehearsal;

/// <summary>What the command line and the environment say.</summary>
internal sealed record Options(Uri Gateway, Uri Sandbox, int Seed, TimeSpan Patience, bool Twice, bool Help)
{
    public const string Usage = """
        ./run.sh play [options]: holds a class of forty students on the Zoom sandbox, and prints its attendance sheet.

          --gateway URL   the gateway (MEETINGS_GATEWAY, http://localhost:8080)
          --sandbox URL   the Zoom sandbox (MEETINGS_SANDBOX, http://localhost:8090)
          --seed N        order of the shuffled deliveries (2026)
          --patience N    seconds to wait for deliveries and for the final sheet (60)
          --twice         tell every event again, hold the same class a second time, and compare the sheets

        Exit codes: 0 as expected, 1 another sheet, 2 wrong usage, 3 the system is not up or refuses, 4 it took too long.
        """;

    private const int DefaultSeed = 2026;
    private static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(60);

    public static Options Parse(IReadOnlyList<string> args, Func<string, string?> environment)
    {
        var options = new Options(
            Url("MEETINGS_GATEWAY", environment("MEETINGS_GATEWAY") ?? "http://localhost:8080"),
            Url("MEETINGS_SANDBOX", environment("MEETINGS_SANDBOX") ?? "http://localhost:8090"),
            DefaultSeed, DefaultPatience, false, false);
        for (var n = 0; n < args.Count; n++)
        {
            options = args[n] switch
            {
                "--gateway" => options with { Gateway = Url(args[n], Value(args, ++n)) },
                "--sandbox" => options with { Sandbox = Url(args[n], Value(args, ++n)) },
                "--seed" => options with { Seed = Number(args[n], Value(args, ++n)) },
                "--patience" => options with { Patience = TimeSpan.FromSeconds(Number(args[n], Value(args, ++n))) },
                "--twice" => options with { Twice = true },
                "--help" or "-h" => options with { Help = true },
                _ => throw new PlayFailure(ExitCode.Usage, $"What is {args[n]}?"),
            };
        }

        return options;
    }

    private static string Value(IReadOnlyList<string> args, int n) =>
        n < args.Count ? args[n] : throw new PlayFailure(ExitCode.Usage, $"{args[n - 1]} wants a value.");

    private static Uri Url(string name, string text) =>
        Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url
        : throw new PlayFailure(ExitCode.Usage, $"{name}: {text} is no http address.");

    private static int Number(string name, string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw new PlayFailure(ExitCode.Usage, $"{name} {text} is no number.");
}
