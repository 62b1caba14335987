using System.Threading.Channels;
using Grpc.Core;

namespace Meetings.Attendance.Lessons;

/// <summary>
/// Asks once a minute at most for each meeting that facts came about and nobody told us of. Most are none of ours (an account's every meeting is told);
/// their facts wait in the ledger all the same.
/// </summary>
internal sealed partial class UnknownMeetings(MeetingQuestions meetings, TimeProvider clock, ILogger<UnknownMeetings> logger) : BackgroundService
{
    private const int MostRemembered = 10_000;
    private static readonly TimeSpan NotAgainFor = TimeSpan.FromMinutes(1);

    private readonly Channel<(string Provider, string MeetingId)> _questions =
        Channel.CreateBounded<(string, string)>(new BoundedChannelOptions(1_000) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly RecentlyAsked<(string, string)> _asked = new(NotAgainFor, MostRemembered, clock);

    public void Ask(string provider, string meetingId)
    {
        if (_asked.TryAsk((provider, meetingId))) _questions.Writer.TryWrite((provider, meetingId));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var (provider, meetingId) in _questions.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await meetings.TryLearnAsync(provider, meetingId, stoppingToken);
            }
            catch (RpcException) when (stoppingToken.IsCancellationRequested)
            {
                // gRPC has its own word for a call that was given up.
                return;
            }
            catch (RpcException e)
            {
                LogNotAnswered(e.StatusCode);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(e);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Looking for an unknown meeting failed; it is asked again with its next fact")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "The Meeting service did not tell of an unknown meeting ({Status}); it is asked again with its next fact")]
    private partial void LogNotAnswered(StatusCode status);
}
