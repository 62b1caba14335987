using Meetings.Contracts.LiveKit;

namespace Meetings.LiveKitSandbox.Rooms;

/// <summary>Looks every second for rooms that nobody came to, or that everybody has left, and closes them.</summary>
internal sealed class IdleRooms(RoomStore store, RoomLife life, TimeProvider clock) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) CloseAll();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private void CloseAll() => store.With(data =>
    {
        var now = clock.GetUtcNow();
        var idle = data.Rooms.Values.Where(room => room.IsIdle(now)).ToList();
        foreach (var room in idle) life.Close(data, room, DisconnectReason.RoomClosed, now);
        return idle.Count;
    });
}
