using System.Net;
using System.Text.Json.Nodes;
using Meetings.Contracts.Sittings;
using Meetings.Testing;
using Npgsql;
using static Meetings.Meeting.Tests.MeetingService;
using static Meetings.Meeting.Tests.Scheduling.CreateMeetingTests;

namespace Meetings.Meeting.Tests.Scheduling;

/// <summary>Called off, ended, deleted, given away.</summary>
public sealed class MeetingLifeTests(MeetingService service) : IClassFixture<MeetingService>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Acceptance", "X18")]
    [Trait("Acceptance", "X9")]
    [Trait("Acceptance", "S2-02")]
    [Trait("Acceptance", "S2-12")]
    public async Task A_meeting_that_is_called_off_is_gone_at_Zoom_and_stays_here_as_cancelled()
    {
        var meeting = await service.MeetingAsync();

        var answer = await service.DoAsync(service.School.Teacher, Text(meeting, "id"), "cancel");

        var cancelled = await JsonAsync(answer);
        Assert.Equal((HttpStatusCode.OK, "cancelled", "current"), (answer.StatusCode, Text(cancelled, "state"), Text(cancelled, "providerState")));
        Assert.Equal("""{"zoom":"cancelled","academy":"CANCELLED","room":"ended"}""", cancelled["views"]!.ToJsonString());
        Assert.Equal((null, null, false), (cancelled["joinUrl"], cancelled["registrationUrl"], (bool)cancelled["registrationEnabled"]!));
        Assert.DoesNotContain(Text(meeting, "providerMeetingId"), service.Zoom.Meetings);
        Assert.Equal("cancelled", Text(await service.GetAsync(service.School.Student, $"/{Text(meeting, "id")}"), "state"));
        await Eventually.Holds(() => Task.FromResult(service.Heard(Text(meeting, "id")).Count == 2), "the event");
        Assert.Equal(("cancelled", null, false, null),
            (service.Heard(Text(meeting, "id"))[1].State, service.Heard(Text(meeting, "id"))[1].JoinUrl, service.Heard(Text(meeting, "id"))[1].RegistrationEnabled, service.Heard(Text(meeting, "id"))[1].DeletedAt));

        // Once more is harmless, and nothing of it can be changed.
        var again = await service.DoAsync(service.School.Admin, Text(meeting, "roomId"), "cancel");
        Assert.Equal((HttpStatusCode.OK, answer.Headers.ETag!.Tag), (again.StatusCode, again.Headers.ETag!.Tag));
        Assert.Equal(["cancelled"], await AuditAsync(meeting));
        await RefusedAsync(await service.PatchAsync(meeting, ("title", "Not quite")), HttpStatusCode.Conflict, "meeting-closed");
        await RefusedAsync(await service.DoAsync(service.School.Teacher, Text(meeting, "id"), "end"), HttpStatusCode.Conflict, "meeting-not-live");
    }

    [Fact]
    public async Task Called_off_by_several_at_once_it_is_called_off_once()
    {
        var meeting = await service.MeetingAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => service.DoAsync(service.School.Teacher, Text(meeting, "id"), "cancel")));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal(["cancelled"], await AuditAsync(meeting));
        Assert.Equal("\"2\"", await service.TagAsync(meeting));
    }

    [Fact]
    public async Task What_runs_or_is_over_is_not_called_off()
    {
        var meeting = await service.MeetingAsync();
        await service.OpenAsync(meeting);
        await RefusedAsync(await service.DoAsync(service.School.Teacher, Text(meeting, "id"), "cancel"), HttpStatusCode.Conflict, "meeting-has-begun");
        await service.DoAsync(service.School.Teacher, Text(meeting, "id"), "end");
        await RefusedAsync(await service.DoAsync(service.School.Teacher, Text(meeting, "id"), "cancel"), HttpStatusCode.Conflict, "meeting-has-begun");
        Assert.Contains(Text(meeting, "providerMeetingId"), service.Zoom.Meetings);
    }

    [Fact]
    [Trait("Acceptance", "S3-16")]
    [Trait("Acceptance", "X24")]
    public async Task The_end_is_known_at_once_and_Zooms_own_word_changes_nothing()
    {
        var meeting = await service.MeetingAsync();
        var id = Text(meeting, "id");
        await RefusedAsync(await service.DoAsync(service.School.Teacher, id, "end"), HttpStatusCode.Conflict, "meeting-not-live");
        var sitting = await service.OpenAsync(meeting);

        var answer = await service.DoAsync(service.School.Teacher, id, "end");

        var ended = await JsonAsync(answer);
        Assert.Equal((HttpStatusCode.OK, "ended"), (answer.StatusCode, Text(ended, "state")));
        var endedAt = DateTimeOffset.Parse(Text(ended, "endedAt"), System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(DateTimeOffset.UtcNow - endedAt, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Assert.Equal(1, Ends(meeting));

        await service.PublishAsync(new SittingEnded(Guid.NewGuid(), sitting, endedAt.AddSeconds(-2), DateTimeOffset.UtcNow));
        await service.PublishAsync(new ParticipantLeft(Guid.NewGuid(), sitting, "c1", new ParticipantIdentity(null, null, null, null, null, "Guest", "p"), endedAt.AddSeconds(-2), DateTimeOffset.UtcNow));
        await Eventually.Holds(async () => (await service.OwnerQueryAsync<long>("select count(*) from provider_connection where sitting_id = @SittingId", sitting))[0] == 1, "what Zoom tells");
        Assert.True(JsonNode.DeepEquals(ended, await service.GetAsync(service.School.Teacher, $"/{id}")));

        var again = await service.DoAsync(service.School.Teacher, id, "end");
        Assert.Equal((HttpStatusCode.OK, answer.Headers.ETag!.Tag), (again.StatusCode, again.Headers.ETag!.Tag));
        Assert.Equal((1, "ended"), (Ends(meeting), string.Join(' ', await AuditAsync(meeting))));
    }

    [Fact]
    [Trait("Acceptance", "S3-16")]
    public async Task Ended_by_several_at_once_it_ends_once()
    {
        var meeting = await service.MeetingAsync();
        await service.OpenAsync(meeting);

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => service.DoAsync(service.School.Teacher, Text(meeting, "id"), "end")));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal((1, "ended"), (Ends(meeting), string.Join(' ', await AuditAsync(meeting))));
    }

    [Fact]
    public async Task One_that_Zoom_has_ended_already_ends_here_too()
    {
        var meeting = await service.MeetingAsync();
        await service.PublishAsync(new SittingStarted(Guid.NewGuid(), Sitting(meeting, "lost-its-end"), DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow));
        await service.UntilAsync(Text(meeting, "id"), m => Text(m, "state") == "live", "it to be live");

        Assert.Equal("ended", Text(await JsonAsync(await service.DoAsync(service.School.Teacher, Text(meeting, "id"), "end")), "state"));
    }

    [Fact]
    [Trait("Acceptance", "S4-04")]
    [Trait("Acceptance", "S4-05")]
    public async Task Only_its_owner_deletes_it_and_then_its_room_id_is_free()
    {
        var meeting = await service.MeetingAsync(("roomId", $"room-{Guid.NewGuid():n}"));
        var id = Text(meeting, "id");
        await RefusedAsync(await service.DoAsync(service.School.Admin, id, null), HttpStatusCode.Forbidden, "meeting-not-yours");
        await RefusedAsync(await service.DoAsync(service.School.Student, id, null), HttpStatusCode.Forbidden, "meeting-not-yours");
        foreach (var missing in new[] { Guid.NewGuid().ToString(), "no-such-room" })
            await RefusedAsync(await service.DoAsync(service.School.Student, missing, null), HttpStatusCode.NotFound, "meeting-not-found");

        Assert.Equal(HttpStatusCode.NoContent, (await service.DoAsync(service.School.Teacher, id, null)).StatusCode);

        Assert.DoesNotContain(Text(meeting, "providerMeetingId"), service.Zoom.Meetings);
        foreach (var path in new[] { id, Text(meeting, "roomId") })
            await RefusedAsync(await service.DoAsync(service.School.Teacher, path, null), HttpStatusCode.NotFound, "meeting-not-found");
        await Eventually.Holds(() => Task.FromResult(service.Heard(id).Count == 2), "the event");
        // Never held, so nobody is absent from it.
        Assert.Equal(("cancelled", true), (service.Heard(id)[1].State, service.Heard(id)[1].DeletedAt is not null));
        Assert.NotEqual(id, Text(await service.MeetingAsync(("roomId", Text(meeting, "roomId"))), "id"));
        Assert.Equal(["deleted"], await AuditAsync(meeting));
    }

    [Fact]
    [Trait("Acceptance", "S2-14")]
    public async Task A_live_one_is_ended_before_it_is_deleted_and_what_was_recorded_stays()
    {
        var meeting = await service.MeetingAsync();
        var sitting = await service.OpenAsync(meeting);

        Assert.Equal(HttpStatusCode.NoContent, (await service.DoAsync(service.School.Teacher, Text(meeting, "id"), null)).StatusCode);

        Assert.Equal(1, Ends(meeting));
        await Eventually.Holds(() => Task.FromResult(service.Heard(Text(meeting, "id")) is [.., { State: "ended", DeletedAt: not null }]), "the event");
        Assert.Equal([true], await service.OwnerQueryAsync<bool>("select ended_at is not null from sitting where sitting_id = @SittingId", sitting));
    }

    [Fact]
    public async Task A_live_one_that_Zoom_does_not_end_is_not_deleted()
    {
        var meeting = await service.MeetingAsync();
        await service.OpenAsync(meeting);
        service.Zoom.Fault = async (call, context) =>
        {
            if (call.Method != "PUT") return false;
            await Fakes.FakeZoom.RefuseAsync(context, 500, 1, "oops");
            return true;
        };
        try
        {
            await RefusedAsync(await service.DoAsync(service.School.Teacher, Text(meeting, "id"), null), HttpStatusCode.ServiceUnavailable, "provider-unavailable");
            await RefusedAsync(await service.DoAsync(service.School.Teacher, Text(meeting, "id"), "end"), HttpStatusCode.ServiceUnavailable, "provider-unavailable");
        }
        finally
        {
            service.Zoom.Fault = null;
        }

        Assert.Equal("live", Text(await service.GetAsync(service.School.Teacher, $"/{Text(meeting, "id")}"), "state"));
        Assert.Equal("ended", Text(await JsonAsync(await service.DoAsync(service.School.Teacher, Text(meeting, "id"), "end")), "state"));
    }

    [Fact]
    [Trait("Acceptance", "X17")]
    [Trait("Acceptance", "S4-01")]
    public async Task It_is_given_to_another_owner_and_who_made_it_stays_known()
    {
        var meeting = await service.MeetingAsync(("audience", "personal"), ("classId", null));
        var (id, heir) = (Text(meeting, "id"), service.School.OtherTeacher);
        var to = new JsonObject { ["userId"] = heir.PersonId.ToString() };

        var given = await JsonAsync(await service.DoAsync(service.School.Teacher, id, "transfer", to));

        Assert.Equal((heir.PersonId.ToString(), service.School.Teacher.PersonId.ToString()), (Text(given, "ownerId"), Text(given, "hostId")));
        Assert.Equal([service.School.Teacher.PersonId], await service.OwnerQueryAsync<Guid>("select created_by from meeting where id = @Id", new { Id = Guid.Parse(id) }));
        var entry = (await service.OwnerQueryAsync<(string Action, Guid Actor, Guid Subject, string Detail)>(
            "select action, actor_id, subject_id, detail::text from meeting_audit where meeting_id = @Id", new { Id = Guid.Parse(id) })).Single();
        Assert.Equal(("transferred", service.School.Teacher.PersonId, heir.PersonId), (entry.Action, entry.Actor, entry.Subject));
        Assert.Equal(service.School.Teacher.PersonId.ToString(), (string?)JsonNode.Parse(entry.Detail)!["from"]);
        await Eventually.Holds(() => Task.FromResult(service.Heard(id) is [_, var told] && told.OwnerId == heir.PersonId), "the event");

        // The host holds it still, and owns nothing; the new owner may delete it, and staff may take it over.
        await RefusedAsync(await service.DoAsync(service.School.Teacher, id, "transfer", to), HttpStatusCode.Forbidden, "meeting-not-yours");
        await RefusedAsync(await service.DoAsync(service.School.Teacher, id, null), HttpStatusCode.Forbidden, "meeting-not-yours");
        var admin = new JsonObject { ["userId"] = service.School.Admin.PersonId.ToString() };
        Assert.Equal(service.School.Admin.PersonId.ToString(), Text(await JsonAsync(await service.DoAsync(service.School.Admin, id, "transfer", admin)), "ownerId"));
        var again = await service.DoAsync(service.School.Admin, id, "transfer", admin);
        Assert.Equal((HttpStatusCode.OK, "\"3\""), (again.StatusCode, again.Headers.ETag!.Tag));
        Assert.Equal(HttpStatusCode.NoContent, (await service.DoAsync(service.School.Admin, id, null)).StatusCode);
    }

    [Fact]
    public async Task It_is_given_to_nobody_who_could_not_hold_it()
    {
        var meeting = await service.MeetingAsync();
        foreach (var nobody in new[] { service.School.Student.PersonId, service.Other.Teacher.PersonId, Guid.NewGuid() })
        {
            await RefusedAsync(
                await service.DoAsync(service.School.Teacher, Text(meeting, "id"), "transfer", new JsonObject { ["userId"] = nobody.ToString() }),
                HttpStatusCode.UnprocessableEntity, "host-not-able");
        }

        foreach (var body in new JsonNode[] { new JsonObject(), new JsonObject { ["userId"] = 7 }, new JsonObject { ["userId"] = "me" }, new JsonArray() })
            await RefusedAsync(await service.DoAsync(service.School.Teacher, Text(meeting, "id"), "transfer", body), HttpStatusCode.BadRequest, "invalid-request");
    }

    [Fact]
    [Trait("Acceptance", "S4-01")]
    public async Task The_database_itself_keeps_who_made_it_and_what_the_audit_says()
    {
        var meeting = await service.MeetingAsync();
        await service.DoAsync(service.School.Teacher, Text(meeting, "id"), "cancel");
        var refused = await Assert.ThrowsAsync<PostgresException>(() => service.OwnerQueryAsync<int>(
            "update meeting set created_by = gen_random_uuid() where id = @Id", new { Id = Guid.Parse(Text(meeting, "id")) }));
        Assert.Equal(PostgresErrorCodes.IntegrityConstraintViolation, refused.SqlState);

        foreach (var (caller, sees) in new[] { (service.School.Admin, 1), (service.School.Teacher, 0), (service.School.Student, 0), (service.Other.Admin, 0) })
        {
            await using var session = await service.Database.BeginAsync(caller, Ct);
            Assert.Equal(sees, (await session.QueryAsync<Guid>("select id from meeting_audit where meeting_id = @Id", new { Id = Guid.Parse(Text(meeting, "id")) }, Ct)).Count);
            Assert.Equal(0, await session.ExecuteAsync("update meeting_audit set action = 'nothing'", null, Ct));
            Assert.Equal(0, await session.ExecuteAsync("delete from meeting_audit", null, Ct));
            Assert.Empty(await session.QueryAsync<Guid>("select meeting_id from provider_follow", null, Ct));
        }

        await using var forger = await service.Database.BeginAsync(service.School.Teacher, Ct);
        var forged = await Assert.ThrowsAsync<PostgresException>(() => forger.ExecuteAsync(
            "insert into meeting_audit (id, meeting_id, academy_id, actor_id, action, at) select gen_random_uuid(), id, academy_id, @Other, 'deleted', now() from meeting limit 1",
            new { Other = service.School.Admin.PersonId }, Ct));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, forged.SqlState);
    }

    private int Ends(JsonObject meeting) => service.Zoom.Calls.Count(call => call.Method == "PUT" && call.Target == $"/v2/meetings/{Text(meeting, "providerMeetingId")}/status");

    private Task<IReadOnlyList<string>> AuditAsync(JsonObject meeting) => service.OwnerQueryAsync<string>(
        "select action from meeting_audit where meeting_id = @Id order by at", new { Id = Guid.Parse(Text(meeting, "id")) });
}
