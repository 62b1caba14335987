using System.Text.Json;
using Meetings.Meeting.Access;
using Meetings.Meeting.Passwords;
using Meetings.Meeting.Providers;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Security;

namespace Meetings.Meeting.Scheduling;

/// <summary>
/// Plans a meeting and has its provider make it: first our row, then the provider's call, then our row is ready. Either both have it, or in the
/// end neither has.
/// </summary>
internal sealed class CreateMeeting(
    Database db, MeetingPlaceFinder places, MeetingMaker maker, MeetingProviders providers, KnownProviders known, PasswordHasher passwords, TimeProvider clock)
{
    internal const string KeyHeader = "Idempotency-Key";
    private const int MaxKey = 255;

    // Room for a body whose password is refused for its length, and not for much more.
    internal const int MaxBody = 2 * 1024 * 1024;

    private static readonly TimeSpan PollRepeat = TimeSpan.FromMilliseconds(150);

    public static void Map(RouteGroupBuilder meetings) => meetings.MapPost(
        "", (Caller caller, HttpRequest http, JsonElement body, CreateMeeting useCase, CancellationToken ct) =>
            useCase.HandleAsync(caller, http.Headers[KeyHeader], body, ct))
        .WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(MaxBody))
        .WithName("CreateMeeting")
        .Accepts<Body>("application/json")
        .Produces<MeetingResponse>(StatusCodes.Status201Created);

    /// <summary>The body as it is documented. It is read field by field, so that everything that is wrong with it is told at once.</summary>
    /// <param name="Provider">Such as <c>zoom</c> or <c>livekit</c>: one of those that this installation has.</param>
    /// <param name="Title">1 to 200 characters. Like the three that follow, needed unless the type is <c>instant</c>.</param>
    /// <param name="StartsAt">RFC 3339, from 2000 to 2100; the past is allowed.</param>
    /// <param name="DurationMinutes">1 to 1440.</param>
    /// <param name="TimeZone">IANA name.</param>
    /// <param name="Audience">all, students, teachers, class or personal. Default: class with a class, otherwise personal.</param>
    /// <param name="Type"><c>scheduled</c> (default), <c>instant</c> or <c>recurring</c>.</param>
    /// <param name="Recurrence">How the dates of a recurring meeting are planned, from <paramref name="StartsAt"/> on.</param>
    /// <param name="RoomId"><c>[A-Za-z0-9_-]{1,255}</c>; 12 generated characters when missing.</param>
    /// <param name="Password">1 to 128 characters. Zoom gets it when it has at most 10 of <c>A-Za-z0-9@-_*</c>.</param>
    /// <param name="WaitingRoom">Default true.</param>
    public sealed record Body(
        string Provider, string? Title, DateTimeOffset? StartsAt, int? DurationMinutes, string? TimeZone, Guid? ClassId, string? Type, string? Audience,
        string? RoomId, string? Password, bool? WaitingRoom, string? Description, MeetingSettings? Settings, RecurrenceBody? Recurrence);

    /// <param name="Rule">RFC 5545, such as <c>FREQ=WEEKLY;BYDAY=MO,WE;COUNT=20</c>. At most 366 dates.</param>
    /// <param name="ExDates">Days, in the meeting's time zone, on which there is none although the rule means them.</param>
    public sealed record RecurrenceBody(string Rule, IReadOnlyList<DateOnly>? ExDates);

    private async Task<IResult> HandleAsync(Caller caller, Microsoft.Extensions.Primitives.StringValues keys, JsonElement body, CancellationToken ct)
    {
        if (!MeetingAccess.MayCreateSome(caller)) return Problems.CreationNotAllowed;
        if (!TryReadKey(keys, out var key)) return Problem.Invalid(KeyHeader, $"Must be one value of 1 to {MaxKey} visible ASCII characters.");
        if (MeetingRequest.Read(body, known.Names, out var errors) is not { } request) return Problem.Invalid(errors);
        if (providers.Find(request.Provider) is not { } provider) return Problems.ProviderNotAvailable(request.Provider);

        return await Problems.AnswerAsync(() => CreateAsync(caller, key, request, provider, ct));
    }

    private async Task<IResult> CreateAsync(Caller caller, string? key, MeetingRequest request, IMeetingProvider provider, CancellationToken ct)
    {
        var giveUp = clock.GetUtcNow() + CallerPatience.WithOthers;
        while (true)
        {
            if (key is not null && await FindAsync(caller, key, ct) is { } known)
            {
                if (!await IsRepeatAsync(known, request, ct)) return Problems.IdempotencyKeyReused;
                if (known.Answer is { } answer) return new CreatedMeeting(known.MeetingId, known.Version!.Value, answer);
                if (known.IsAbandoned && await TakeOverAsync(caller, known, request, provider, ct) is { } resumed) return resumed;
                if (clock.GetUtcNow() > giveUp) return Problems.CreationInProgress;

                // Another request with this key is at work: its answer will be ours.
                await Task.Delay(PollRepeat, clock, ct);
                continue;
            }

            var (place, refusal) = await places.FindAsync(caller, request, ct);
            if (place is null) return refusal!;

            var now = clock.GetUtcNow();
            var meeting = new NewMeeting(
                Guid.CreateVersion7(now), Guid.NewGuid(), request.RoomId ?? RoomIds.Generate(), request.Title ?? "Meeting",
                request.DurationMinutes ?? 60, request.Password is { } password ? await passwords.HashAsync(password, ct) : null, now);
            if (!await BeginAsync(caller, key, request, place, meeting, ct)) continue;

            var plan = Plan(meeting.Id, place.HostEmail, meeting.Title, place.StartsAt, meeting.DurationMinutes, place.TimeZone, request);
            if (await maker.MakeAsync(provider, plan, meeting.Lease, resumed: false) is { } made) return new CreatedMeeting(made);
            if (key is null) return Problems.CreationInProgress;
        }
    }

    private async Task<Creation?> FindAsync(Caller caller, string key, CancellationToken ct)
    {
        await using var session = await db.BeginAsync(caller, ct);
        return await CreationLedger.FindAsync(session, caller, key, ct);
    }

    private async Task<bool> IsRepeatAsync(Creation known, MeetingRequest request, CancellationToken ct) =>
        known.Fingerprint.AsSpan().SequenceEqual(CreationLedger.Fingerprint(request))
        && (request.Password is null || known.PasswordHash is null || await passwords.VerifyAsync(known.PasswordHash, request.Password, ct));

    private async Task<bool> BeginAsync(
        Caller caller, string? key, MeetingRequest request, MeetingPlace place, NewMeeting meeting, CancellationToken ct)
    {
        await using var session = await db.BeginAsync(caller, ct);
        if (!await CreationLedger.TryBeginAsync(session, caller, key, request, place, meeting, ct)) return false;
        await session.CommitAsync(ct);
        return true;
    }

    /// <summary>The one who was at work is gone. What the provider has of it is looked for before it is made again.</summary>
    private async Task<IResult?> TakeOverAsync(Caller caller, Creation known, MeetingRequest request, IMeetingProvider provider, CancellationToken ct)
    {
        var lease = Guid.NewGuid();
        MeetingRow? row;
        string? email;
        await using (var session = await db.BeginAsServiceAsync(ct))
        {
            if (!await CreationLedger.TryTakeOverAsync(session, known.MeetingId, lease, ct)) return null;
            row = await MeetingRow.FindAsync(session, known.MeetingId, ct);
            email = await session.QuerySingleOrDefaultAsync<string>(HostEmail, new { row?.HostId }, ct);
            await session.CommitAsync(ct);
        }

        if (row is null || row.OwnerId != caller.PersonId || email is null) return null;
        var plan = Plan(row.Id, email, row.Title, row.StartsAt, row.DurationMinutes, row.TimeZone, request);
        return await maker.MakeAsync(provider, plan, lease, resumed: true) is { } made ? new CreatedMeeting(made) : null;
    }

    private static MeetingPlan Plan(
        Guid id, string hostEmail, string title, DateTimeOffset startsAt, int minutes, string timeZone, MeetingRequest request) => new(
            new PlanKey(id, hostEmail), title, request.Description, startsAt, minutes, timeZone, request.Password, request.WaitingRoom, request.Settings)
        {
            IsRecurring = request.Recurrence is not null,
        };

    internal static bool TryReadKey(Microsoft.Extensions.Primitives.StringValues values, out string? key)
    {
        key = values.Count == 0 ? null : values[0];
        return values.Count == 0 || (values.Count == 1 && key is { Length: >= 1 and <= MaxKey } && key.All(c => c is > ' ' and <= '~'));
    }

    private const string HostEmail = "select email from person where person_id = @HostId";

    /// <summary>201 with the answer, the same bytes for every repeat of the request.</summary>
    private sealed class CreatedMeeting(Guid id, long version, string answer) : IResult
    {
        public CreatedMeeting(MadeMeeting made)
            : this(made.Meeting.Id, made.Version, JsonSerializer.Serialize(made.Meeting, ApiJson.Options))
        {
        }

        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.Location = $"/api/v1/meetings/{id}";
            httpContext.Response.Headers.ETag = MeetingResponse.Tag(version);
            return Results.Text(answer, "application/json", statusCode: StatusCodes.Status201Created).ExecuteAsync(httpContext);
        }
    }
}
