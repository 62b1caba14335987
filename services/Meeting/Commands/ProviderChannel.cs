using System.Text.Json;
using System.Threading.Channels;
using Meetings.Meeting.Providers;
using Meetings.Meeting.Scheduling;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Http;

namespace Meetings.Meeting.Commands;

/// <summary>
/// The provider's data channel, where it has one: the fastest way to who is in the room, and one that may be lost. Nobody waits for it, and whatever the
/// provider says, the command stands and the other channels tell it.
/// </summary>
internal sealed partial class ProviderChannel(Database db, IServiceProvider services, ILogger<ProviderChannel> logger) : BackgroundService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // A provider that does not answer must not make us remember without end; what falls out is told by the other channels.
    private readonly Channel<(Guid MeetingId, long Seq)> _waiting = Channel.CreateBounded<(Guid, long)>(
        new BoundedChannelOptions(1000) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    public void Send(Guid meetingId, long seq) => _waiting.Writer.TryWrite((meetingId, seq));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var (meetingId, seq) in _waiting.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                limit.CancelAfter(Patience);
                await SendAsync(meetingId, seq, limit.Token);
            }
            catch (ProviderException e) when (e.Failure is ProviderFailure.Refused or ProviderFailure.NotOffered)
            {
                // It has no such channel.
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(e, meetingId, seq);
            }
        }
    }

    private async Task SendAsync(Guid meetingId, long seq, CancellationToken ct)
    {
        Command? command;
        MeetingRow? meeting;
        IReadOnlyList<Guid> acknowledged;
        await using (var session = await db.BeginAsServiceAsync(ct))
        {
            meeting = await MeetingRow.FindAsync(session, meetingId, ct);
            command = await session.QuerySingleOrDefaultAsync<Command>(Read, new { meetingId, seq }, ct);
            acknowledged = await session.QueryAsync<Guid>(ReadAcknowledged, new { meetingId, seq }, ct);
        }

        if (meeting?.ProviderMeetingId is not { } room || command is null) return;
        await using var scope = services.CreateAsyncScope();
        if (scope.ServiceProvider.GetRequiredService<MeetingProviders>().Find(meeting.Provider) is not { } provider) return;

        IReadOnlyList<string> identities = [];
        if (command.Targets is not null || command.Attempt > 0)
        {
            var participants = (await provider.RoomAsync(room, ct))?.Participants ?? [];
            identities = Addressees(command, acknowledged, [.. participants.Select(participant => participant.Identity)]);

            // Nobody in particular would be everybody.
            if (identities.Count == 0) return;
        }

        var payload = JsonSerializer.SerializeToUtf8Bytes(CommandResponse.Of(command, reader: null) with { Targets = null }, ApiJson.Options);
        await provider.SendDataAsync(room, command.Topic, payload, identities, ct);
    }

    /// <summary>Those in the room whom a command is for, or is still for. An identity is <c>{userId}_{slug}</c>; anyone else is nobody we know.</summary>
    internal static IReadOnlyList<string> Addressees(Command command, IReadOnlyCollection<Guid> acknowledged, IReadOnlyList<string> inRoom) =>
        [.. inRoom.Where(identity =>
            Guid.TryParse(identity.Split('_')[0], out var person)
            && (command.Targets is null || command.Targets.Contains(person))
            && (command.Attempt == 0 || !acknowledged.Contains(person)))];

    private static readonly string Read = $"select {Command.Columns} from meeting_command c where c.meeting_id = @meetingId and c.seq = @seq";

    private const string ReadAcknowledged = "select person_id from meeting_command_ack where meeting_id = @meetingId and seq = @seq";

    [LoggerMessage(Level = LogLevel.Warning, Message = "The provider did not pass on command {Seq} of meeting {MeetingId}; the other channels tell it")]
    private partial void LogFailed(Exception exception, Guid meetingId, long seq);
}
