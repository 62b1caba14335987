using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Meetings.ServiceDefaults.Background;

/// <summary>Work that is done again and again for as long as the service runs. It ought to be right at several replicas at once: they do not know of each other.</summary>
public interface IPeriodicWork
{
    /// <summary>From one round to the next. A round that takes longer is followed at once by one, and never overtaken.</summary>
    TimeSpan Every { get; }

    /// <summary>Whether the first round comes with the start; otherwise one <see cref="Every"/> after it.</summary>
    bool AtStart => false;

    /// <summary>One round. What it throws is logged, and ends nothing but the round.</summary>
    Task RunAsync(CancellationToken ct);
}

public static class PeriodicWorkExtensions
{
    /// <summary>Does it from now on; <typeparamref name="T"/> itself can be had as a singleton.</summary>
    public static IServiceCollection AddPeriodicWork<T>(this IServiceCollection services)
        where T : class, IPeriodicWork =>
        services.AddSingleton<T>().AddHostedService<PeriodicService<T>>();
}

internal sealed partial class PeriodicService<T>(T work, TimeProvider clock, ILogger<T> logger) : BackgroundService
    where T : class, IPeriodicWork
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(work.Every, clock);
        if (!work.AtStart) await timer.WaitForNextTickAsync(stoppingToken);
        do
        {
            try
            {
                await work.RunAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(e, typeof(T).Name, work.Every);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A round of {Work} failed; the next comes within {Every}")]
    private partial void LogFailed(Exception exception, string work, TimeSpan every);
}
