using System.Collections.Concurrent;
using System.Reflection;
using Meetings.Meeting.Joining;
using Meetings.Meeting.Providers;
using Meetings.Meeting.Scheduling;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Tests.Rooms;

/// <summary>
/// A provider with rooms and tokens and without a door of its own, as LiveKit is. Behind the port and not over the wire: what is tested is our door, whatever
/// provider stands behind it. A proxy, so that it has every member that the port has.
/// </summary>
#pragma warning disable CA1852 // A proxy is derived from it.
internal class RoomProvider : DispatchProxy
#pragma warning restore CA1852
{
    private static readonly Uri Server = new("wss://rooms.example");

    public ConcurrentQueue<Guid> Created { get; } = new();

    public ConcurrentQueue<Guid> Opened { get; } = new();

    public ConcurrentQueue<string> Ended { get; } = new();

    public ConcurrentQueue<string> Deleted { get; } = new();

    public ConcurrentQueue<(Guid PersonId, string Role, bool MayPublish, bool IsModerator)> Tokens { get; } = new();

    /// <summary>Go wrong as often as these say.</summary>
    public int EndFailures;

    public int CreateFailures;

    /// <summary>What happens while it ends a room.</summary>
    public Func<string, Task>? OnEnd { get; set; }

    public IMeetingProvider Port => (IMeetingProvider)(object)this;

    public static RoomProvider New() => (RoomProvider)(object)Create<IMeetingProvider, RoomProvider>();

    public static string Identity(Guid personId) => $"{personId}_somebody";

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name switch
    {
        "get_Name" => "livekit",
        "get_IsAvailable" => true,
        nameof(IMeetingProvider.RoomAsync) => Task.FromResult<ProviderRoom?>(null),
        nameof(IMeetingProvider.CreateAsync) => CreateAsync(((MeetingPlan)args![0]!).Key.MeetingId),
        nameof(IMeetingProvider.FindAsync) => Task.FromResult<ProviderMeeting?>(null),
        nameof(IMeetingProvider.DeleteAsync) => DeleteAsync((string)args![0]!),
        nameof(IMeetingProvider.OpenAsync) => OpenAsync(((MeetingPlan)args![0]!).Key.MeetingId),
        nameof(IMeetingProvider.EndAsync) => EndAsync((string)args![0]!),
        _ => throw new NotSupportedException(targetMethod.Name),
    };

    private async Task<ProviderMeeting> CreateAsync(Guid id)
    {
        await Task.Yield();
        if (Interlocked.Decrement(ref CreateFailures) >= 0) throw new ProviderException(ProviderFailure.Unavailable, "It does not answer.");
        Created.Enqueue(id);
        return new ProviderMeeting($"room-{id}", new Uri($"https://rooms.example/{id}"), null, false);
    }

    private Task OpenAsync(Guid id)
    {
        Opened.Enqueue(id);
        return Task.CompletedTask;
    }

    private Task DeleteAsync(string room)
    {
        Deleted.Enqueue(room);
        return Task.CompletedTask;
    }

    private async Task EndAsync(string room)
    {
        if (Interlocked.Decrement(ref EndFailures) >= 0) throw new ProviderException(ProviderFailure.Unavailable, "It does not answer.");
        Ended.Enqueue(room);
        if (OnEnd is { } happens) await happens(room);
    }

    internal sealed class Pass(RoomProvider provider) : IRoomTokens
    {
        public RoomToken? Issue(MeetingRow meeting, Caller caller, string displayName, string role, bool mayPublish, bool maySubscribe, bool isModerator)
        {
            if (meeting.Provider != "livekit") return null;
            provider.Tokens.Enqueue((caller.PersonId, role, mayPublish, isModerator));
            return new RoomToken($"token-of-{caller.PersonId}", Server, meeting.ProviderMeetingId!, Identity(caller.PersonId), meeting.CreatedAt.AddHours(3));
        }
    }
}
