using System.Text.Json;
using Meetings.Contracts.Meetings;
using Meetings.Meeting.Lifecycle;
using Meetings.Meeting.Scheduling;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Security;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Meetings.Meeting.Commands;

/// <summary>Gives a meeting's clients a command: it gets its number and is stored, and then every channel tells it.</summary>
internal sealed partial class PostCommand(
    IServiceProvider services, Database db, CommandSignals signals, ProviderChannel provider, TimeProvider clock, IOptions<CommandOptions> options, ILogger<PostCommand> logger) : IDisposable
{
    private const int MaxBody = 64 * 1024;

    // They wait for one another's numbers, and each of those who wait has a connection: others need some too.
    private readonly SemaphoreSlim _atOnce = new(4);

    private sealed record Numbers(long Seq, long Delivery);

    /// <summary>The body as it is documented; it is read field by field.</summary>
    /// <param name="Kind">mute_all, mute, ask_to_unmute, stop_video, spotlight, clear_spotlight, lock, unlock, kick, readmit, lower_hands, allow_hand, disallow_hand,
    /// announce or end_for_all.</param>
    /// <param name="Text">Of an announcement: 1 to 1,000 characters.</param>
    /// <param name="Subject">Whom to put into the spotlight.</param>
    /// <param name="Targets">Whom it is for, 1 to 200 people; everyone when missing.</param>
    /// <param name="Critical">To be acknowledged. Default true for mute_all, kick and end_for_all, which always are, and false for all others.</param>
    public sealed record Body(string Kind, string? Text, Guid? Subject, IReadOnlyList<Guid>? Targets, bool? Critical);

    public static void Map(RouteGroupBuilder commands) => commands.MapPost(
        "", (string id, Caller caller, HttpContext http, JsonElement body, PostCommand useCase, CancellationToken ct) =>
            useCase.HandleAsync(id, caller, http, body, ct))
        .WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(MaxBody))
        .WithName("PostCommand")
        .Accepts<Body>("application/json")
        .Produces<CommandResponse>(StatusCodes.Status201Created);

    private async Task<IResult> HandleAsync(string id, Caller caller, HttpContext http, JsonElement body, CancellationToken ct)
    {
        await _atOnce.WaitAsync(ct);
        try
        {
            return await GiveAsync(id, caller, http, body, isEnded: false, ct);
        }
        finally
        {
            _atOnce.Release();
        }
    }

    public void Dispose() => _atOnce.Dispose();

    private async Task<IResult> GiveAsync(
        string id, Caller caller, HttpContext http, JsonElement body, bool isEnded, CancellationToken ct)
    {
        await using var session = await db.BeginAsync(caller, ct);
        if (await CommandFeed.FindAsync(session, caller, id, ct) is not { } meeting) return Problems.MeetingNotFound;
        if (!CommandAccess.MayCommand(caller, meeting)) return Problems.NotAllowed;
        if (!CreateMeeting.TryReadKey(http.Request.Headers[CreateMeeting.KeyHeader], out var key)) return Problem.Invalid(CreateMeeting.KeyHeader, "Must be one value of 1 to 255 visible ASCII characters.");
        if (CommandRequest.Read(body, out var errors) is not { } request) return Problem.Invalid(errors);
        if (request.Kind is CommandKinds.Kick && request.Targets!.Contains(caller.PersonId)) return Problem.Invalid("targets", "Nobody puts themselves out; leave instead.");

        if (request.Kind is CommandKinds.EndForAll && meeting.State is MeetingState.Live && !isEnded
            && (key is null || await session.QuerySingleOrDefaultAsync<Command>(FindByKey, new { meeting.Id, caller.PersonId, key }, ct) is null))
        {
            // First it is ended, then it is told: nobody hears of an end that does not come.
            await session.DisposeAsync();
            return await EndAsync(id, caller, http.Response, ct) ?? await GiveAsync(id, caller, http, body, isEnded: true, ct);
        }

        // Whoever has this lock is the only one who gives commands in this meeting, until the end of the transaction: numbers have no gap and come in order,
        // and a repeat sees what its first wrote.
        var numbers = (await session.QuerySingleOrDefaultAsync<Numbers>(Count, new { meeting.Id }, ct))!;
        if (key is not null && await session.QuerySingleOrDefaultAsync<Command>(FindByKey, new { meeting.Id, caller.PersonId, key }, ct) is { } known)
            return known.Fingerprint.AsSpan().SequenceEqual(request.Fingerprint()) ? Created(known) : Problems.KeyReused;
        if (meeting.State is MeetingState.Cancelled or MeetingState.Finalised) return Problems.MeetingOver;

        var now = clock.GetUtcNow();
        await session.ExecuteAsync(Insert, new
        {
            meeting.Id, numbers.Seq, numbers.Delivery, request.Kind, CommandKinds.All[request.Kind].Topic, request.Text, request.Subject,
            Targets = request.Targets?.ToArray(), request.Critical, caller.PersonId, now, RetryAt = request.Critical ? now + options.Value.RetryAfter : (DateTimeOffset?)null,
            key, Fingerprint = request.Fingerprint(),
        }, ct);
        if (request.Kind is CommandKinds.Kick) await session.ExecuteAsync(PutOut, new { meeting.Id, numbers.Seq, Targets = request.Targets!.ToArray(), now }, ct);
        if (request.Kind is CommandKinds.Readmit) await session.ExecuteAsync(LetBack, new { meeting.Id, Targets = request.Targets!.ToArray() }, ct);
        if (request.Kind is CommandKinds.Kick or CommandKinds.Readmit)
            await new AuditEntry(request.Kind, Detail: new { people = request.Targets }).SaveAsync(session, meeting, caller, now, ct);
        var command = (await session.QuerySingleOrDefaultAsync<Command>(FindBySeq, new { meeting.Id, numbers.Seq }, ct))!;
        session.Publish(new MeetingCommandTold(meeting.Id, numbers.Delivery));
        await session.CommitAsync(ct);

        signals.Tell(meeting.Id, numbers.Delivery);
        provider.Send(meeting.Id, numbers.Seq);
        LogGiven(meeting.Id, numbers.Seq, request.Kind);
        return Created(command);
    }

    /// <returns>Null when it is ended; otherwise why not.</returns>
    private async Task<IResult?> EndAsync(string id, Caller caller, HttpResponse response, CancellationToken ct)
    {
        await using var scope = services.CreateAsyncScope();
        var refusal = await scope.ServiceProvider.GetRequiredService<EndMeeting>().RefuseOrEndAsync(id, caller, response, ct);
        // The version is the meeting's, and not that of what is answered here.
        response.Headers.Remove("ETag");
        return refusal;
    }

    private static Created<CommandResponse> Created(Command command) =>
        TypedResults.Created($"/api/v1/meetings/{command.MeetingId}/commands/{command.Seq}", CommandResponse.Of(command, reader: null));

    private const string Count = """
        insert into meeting_command_head as h (meeting_id, seq, delivery) values (@Id, 1, 1)
        on conflict (meeting_id) do update set seq = h.seq + 1, delivery = h.delivery + 1
        returning seq, delivery
        """;

    private static readonly string FindByKey =
        $"select {Command.Columns} from meeting_command c where c.meeting_id = @Id and c.sender_id = @PersonId and c.idempotency_key = @key";

    private static readonly string FindBySeq = $"select {Command.Columns} from meeting_command c where c.meeting_id = @Id and c.seq = @Seq";

    private const string Insert = """
        insert into meeting_command (meeting_id, seq, delivery, kind, topic, text, subject_id, targets, critical, sender_id, sent_at, retry_at, idempotency_key, fingerprint)
        values (@Id, @Seq, @Delivery, @Kind, @Topic, @Text, @Subject, @Targets, @Critical, @PersonId, @now, @RetryAt, @key, @Fingerprint)
        """;

    private const string PutOut = """
        insert into meeting_expulsion (meeting_id, person_id, seq, remove_at) select @Id, unnest(@Targets), @Seq, @now
        on conflict (meeting_id, person_id) do update set seq = excluded.seq, remove_at = excluded.remove_at
        """;

    private const string LetBack = "delete from meeting_expulsion where meeting_id = @Id and person_id = any(@Targets)";

    [LoggerMessage(Level = LogLevel.Information, Message = "Command {Seq} of meeting {MeetingId}: {Kind}")]
    private partial void LogGiven(Guid meetingId, long seq, string kind);
}
