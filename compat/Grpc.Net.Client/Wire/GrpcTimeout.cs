using System.Globalization;

namespace Grpc.Net.Client.Wire;

/// <summary>The <c>grpc-timeout</c> header: up to eight digits and a unit.</summary>
internal static class GrpcTimeout
{
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(99_999_999);

    private const int MostDigits = 8;
    private const long NanosecondsPerTick = 100;

    /// <summary>The finest unit in which the time fits; <c>1n</c> for what is over already.</summary>
    public static string Format(TimeSpan remaining)
    {
        if (remaining <= TimeSpan.Zero) return "1n";
        if (remaining > Longest) remaining = Longest;

        const long limit = 100_000_000;
        var ticks = remaining.Ticks;
        if (ticks * NanosecondsPerTick is var n && ticks < limit / NanosecondsPerTick) return Text(n, 'n');
        if (Ceiling(ticks, TimeSpan.TicksPerMicrosecond) is var u and < limit) return Text(u, 'u');
        if (Ceiling(ticks, TimeSpan.TicksPerMillisecond) is var m and < limit) return Text(m, 'm');
        return Text(Math.Min(Ceiling(ticks, TimeSpan.TicksPerSecond), limit - 1), 'S');
    }

    /// <summary>False for what is not of the form: it is to be ignored.</summary>
    public static bool TryParse(string? value, out TimeSpan timeout)
    {
        timeout = default;
        if (value is not { Length: >= 2 and <= MostDigits + 1 }) return false;
        if (!long.TryParse(value.AsSpan(0, value.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var amount)) return false;

        double? seconds = value[^1] switch
        {
            'H' => amount * 3600d,
            'M' => amount * 60d,
            'S' => amount,
            'm' => amount / 1e3,
            'u' => amount / 1e6,
            'n' => amount / 1e9,
            _ => null,
        };
        if (seconds is not { } s) return false;
        timeout = s >= Longest.TotalSeconds ? Longest : TimeSpan.FromSeconds(s);
        return true;
    }

    private static long Ceiling(long ticks, long unit) => (ticks + unit - 1) / unit;

    private static string Text(long amount, char unit) => string.Create(CultureInfo.InvariantCulture, $"{amount}{unit}");
}
