using System.Threading.Channels;

namespace Meetings.ZoomSandbox.State;

/// <summary>The one place where what the sandbox remembers is read and changed: one caller at a time, so that every answer is of one moment.</summary>
internal sealed class SandboxState
{
    private readonly Lock _gate = new();
    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private SandboxData _data = new();

    /// <summary>Something to read after a change; many changes may be told once.</summary>
    public ChannelReader<bool> Changes => _changes.Reader;

    public T Read<T>(Func<SandboxData, T> read)
    {
        lock (_gate)
        {
            return read(_data);
        }
    }

    public T Change<T>(Func<SandboxData, T> change)
    {
        lock (_gate)
        {
            var result = change(_data);
            _changes.Writer.TryWrite(true);
            return result;
        }
    }

    /// <summary>Forgets what there is and goes on from this.</summary>
    public void Replace(SandboxData data)
    {
        lock (_gate)
        {
            _data = data;
            _changes.Writer.TryWrite(true);
        }
    }
}

internal static class SandboxStateFeature
{
    public static void AddSandboxState(this IServiceCollection services)
    {
        services.AddSingleton<SandboxState>();
        services.AddHostedService<SandboxFile>();
    }
}
