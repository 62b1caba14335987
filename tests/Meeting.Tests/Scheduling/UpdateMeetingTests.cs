using System.Net;
using System.Text.Json.Nodes;
using Meetings.Contracts.Directory;
using Meetings.Testing;
using static Meetings.Meeting.Tests.MeetingService;
using static Meetings.Meeting.Tests.Scheduling.CreateMeetingTests;

namespace Meetings.Meeting.Tests.Scheduling;

public sealed class UpdateMeetingTests(MeetingService service) : IClassFixture<MeetingService>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Acceptance", "S2-01")]
    [Trait("Acceptance", "S2-12")]
    public async Task A_lesson_is_moved_and_Zoom_and_everyone_else_know()
    {
        var meeting = await service.MeetingAsync(("description", "Chapter 3"), ("settings", new JsonObject { ["muteOnEntry"] = true }));
        var number = Text(meeting, "providerMeetingId");

        var answer = await service.PatchAsync(
            meeting, ("title", "Algebra, moved"), ("startsAt", "2026-11-24T07:30:00+08:00"), ("durationMinutes", 60), ("timeZone", "Asia/Tokyo"), ("waitingRoom", false),
            ("settings", new JsonObject { ["hostVideo"] = true }), ("description", null));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var changed = await JsonAsync(answer);
        Assert.Equal("\"2\"", answer.Headers.ETag!.Tag);
        Assert.Equal(("Algebra, moved", "2026-11-23T23:30:00Z", 60, "Asia/Tokyo"),
            (Text(changed, "title"), Text(changed, "startsAt"), (int)changed["durationMinutes"]!, Text(changed, "timeZone")));
        Assert.Equal((null, false, true, true, "current"),
            (changed["description"], (bool)changed["waitingRoom"]!, (bool)changed["settings"]!["muteOnEntry"]!, (bool)changed["settings"]!["hostVideo"]!, Text(changed, "providerState")));
        Assert.True(JsonNode.DeepEquals(changed, await service.GetAsync(service.School.Teacher, $"/{Text(meeting, "id")}")));

        var atZoom = service.Zoom[number];
        Assert.Equal(("Algebra, moved", "2026-11-23T23:30:00Z", 60, "Asia/Tokyo", false),
            ((string?)atZoom["topic"], (string?)atZoom["start_time"], (int)atZoom["duration"]!, (string?)atZoom["timezone"], (bool)atZoom["settings"]!["waiting_room"]!));
        Assert.DoesNotContain("Chapter 3", (string)atZoom["agenda"]!, StringComparison.Ordinal);

        await Eventually.Holds(() => Task.FromResult(service.Heard(Text(meeting, "id")).Count == 2), "the event");
        var told = service.Heard(Text(meeting, "id"))[1];
        Assert.Equal((2, "Algebra, moved", "ready", null, Text(changed, "joinUrl")), (told.Version, told.Title, told.State, told.Description, told.JoinUrl));
        var before = service.Heard(Text(meeting, "id"))[0];
        Assert.Equal("Chapter 3", before.Description);
        Assert.Equal(before.Occurrences.Single().OccurrenceId, told.Occurrences.Single().OccurrenceId);
        Assert.Equal((DateTimeOffset.Parse("2026-11-23T23:30:00Z", System.Globalization.CultureInfo.InvariantCulture), 60), (told.Occurrences[0].StartsAt, told.Occurrences[0].DurationMinutes));
        // In Manila that is the next morning.
        Assert.Equal(["2026-11-24"], await service.OwnerQueryAsync<string>("select local_date::text from meeting where id = @Id", new { Id = Guid.Parse(Text(meeting, "id")) }));
    }

    [Fact]
    [Trait("Acceptance", "S2-05")]
    public async Task A_new_password_is_asked_for_at_Zoom_too_and_stands_in_no_answer_event_or_row()
    {
        var meeting = await service.MeetingAsync(("title", "Secret"));
        var set = await JsonAsync(await service.PatchAsync(meeting, ("password", "n3w-pass")));
        Assert.True((bool)set["hasPassword"]!);
        Assert.Equal("n3w-pass", (string?)service.Zoom[Text(meeting, "providerMeetingId")]["password"]);
        Assert.NotEqual(Text(meeting, "joinUrl"), Text(set, "joinUrl"));

        var hidden = await service.PatchAsync(meeting, ("password", "longer than Zoom can have it"));
        Assert.DoesNotContain("longer than", await hidden.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        Assert.Equal("", (string?)service.Zoom[Text(meeting, "providerMeetingId")]["password"]);
        var stored = (await service.OwnerQueryAsync<string>(
            "select m::text || (select string_agg(a::text, '') from meeting_audit a where a.meeting_id = m.id) from meeting m where id = @Id", new { Id = Guid.Parse(Text(meeting, "id")) }))[0];
        Assert.DoesNotContain("longer than", stored, StringComparison.Ordinal);
        Assert.Contains("$argon2id$", stored, StringComparison.Ordinal);

        Assert.False((bool)(await JsonAsync(await service.PatchAsync(meeting, ("password", null))))["hasPassword"]!);
        Assert.True((await service.PatchAsync(meeting, ("password", null))).IsSuccessStatusCode);
        Assert.Equal("\"4\"", await service.TagAsync(meeting));
    }

    [Fact]
    [Trait("Acceptance", "X17")]
    [Trait("Acceptance", "S4-01")]
    public async Task A_substitute_and_a_co_host_hold_it_and_the_owner_stays()
    {
        var meeting = await service.MeetingAsync(("audience", "personal"));
        var (substitute, helper) = (service.School.OtherTeacher, service.School.Person(Roles.QuranTeacher));

        var changed = await JsonAsync(await service.PatchAsync(
            meeting, ("hostId", substitute.PersonId.ToString()), ("coHosts", new JsonArray(helper.PersonId.ToString(), substitute.PersonId.ToString()))));

        Assert.Equal((substitute.PersonId.ToString(), service.School.Teacher.PersonId.ToString()), (Text(changed, "hostId"), Text(changed, "ownerId")));
        Assert.Equal($$"""[{"id":"{{helper.PersonId}}","name":"The quran_teacher"}]""", changed["coHosts"]!.ToJsonString());
        Assert.Equal(
            $"{service.School.Email(substitute)};{service.School.Email(helper)}", (string?)service.Zoom[Text(meeting, "providerMeetingId")]["settings"]!["alternative_hosts"]);
        foreach (var caller in new[] { substitute, helper }) Assert.Equal(Text(meeting, "id"), Text(await service.GetAsync(caller, $"/{Text(meeting, "id")}"), "id"));

        // The host of the day changes it and hands it back; a co-host does not.
        await RefusedAsync(await service.PatchAsync(helper, Text(meeting, "id"), new JsonObject { ["title"] = "mine" }, "\"2\""), HttpStatusCode.Forbidden, "meeting-not-yours");
        var back = await JsonAsync(await service.PatchAsync(
            substitute, Text(meeting, "id"), new JsonObject { ["hostId"] = service.School.Teacher.PersonId.ToString(), ["coHosts"] = null }, "\"2\""));
        Assert.Equal((service.School.Teacher.PersonId.ToString(), 0), (Text(back, "hostId"), back["coHosts"]!.AsArray().Count));
        Assert.Equal("", (string?)service.Zoom[Text(meeting, "providerMeetingId")]["settings"]!["alternative_hosts"]);
    }

    [Fact]
    public async Task Nobody_holds_it_who_cannot()
    {
        var meeting = await service.MeetingAsync();
        foreach (var nobody in new[] { service.School.Student, service.School.Parent, service.Other.Teacher })
        foreach (var field in new[] { "hostId", "coHosts" })
        {
            JsonNode id = nobody.PersonId.ToString();
            await RefusedAsync(await service.PatchAsync(meeting, (field, field == "hostId" ? id : new JsonArray(id))), HttpStatusCode.UnprocessableEntity, "host-not-able");
        }

        await RefusedAsync(await service.PatchAsync(meeting, ("hostId", Guid.NewGuid().ToString())), HttpStatusCode.UnprocessableEntity, "host-not-able");
    }

    [Fact]
    [Trait("Acceptance", "S2-03")]
    public async Task It_goes_to_another_class_of_the_teachers_and_to_no_other()
    {
        var meeting = await service.MeetingAsync();
        var mine = service.School.Class(service.School.Teacher);
        var theirs = service.School.Class(service.School.OtherTeacher);
        var foreign = service.Other.Class(service.Other.Teacher);

        await RefusedAsync(await service.PatchAsync(meeting, ("classId", theirs.ToString())), HttpStatusCode.Forbidden, "meeting-creation-not-allowed");
        await RefusedAsync(await service.PatchAsync(meeting, ("classId", foreign.ToString())), HttpStatusCode.NotFound, "class-not-found");
        await RefusedAsync(await service.PatchAsync(meeting, ("classId", Guid.NewGuid().ToString())), HttpStatusCode.NotFound, "class-not-found");
        await RefusedAsync(await service.PatchAsync(meeting, ("classId", null)), HttpStatusCode.BadRequest, "invalid-request");

        var calls = service.Zoom.Calls.Count;
        Assert.Equal(mine.ToString(), Text(await JsonAsync(await service.PatchAsync(meeting, ("classId", mine.ToString()))), "classId"));
        var open = await JsonAsync(await service.PatchAsync(meeting, ("classId", null), ("audience", "teachers")));
        Assert.Equal((null, "teachers"), (open["classId"], Text(open, "audience")));
        // Zoom knows of no classes.
        Assert.Equal(calls, service.Zoom.Calls.Count);
    }

    [Fact]
    [Trait("Hostile", "57")]
    public async Task Who_has_not_seen_it_as_it_is_changes_nothing()
    {
        var meeting = await service.MeetingAsync();
        var id = Text(meeting, "id");
        var change = new JsonObject { ["title"] = "Overwritten" };

        await RefusedAsync(await service.PatchAsync(service.School.Teacher, id, change, seen: null), HttpStatusCode.PreconditionRequired, "precondition-required");
        foreach (var stale in new[] { "\"0\"", "W/\"1\"", "1", "", "\"2\", \"3\"" })
            await RefusedAsync(await service.PatchAsync(service.School.Teacher, id, change, stale), HttpStatusCode.PreconditionFailed, "meeting-changed");
        Assert.Equal("Algebra 7B", Text(await service.GetAsync(service.School.Teacher, $"/{id}"), "title"));

        foreach (var good in new[] { "\"0\", \"1\"", "*" }) Assert.Equal(HttpStatusCode.OK, (await service.PatchAsync(service.School.Teacher, id, change, good)).StatusCode);
    }

    [Fact]
    [Trait("Hostile", "57")]
    public async Task Of_two_who_change_it_at_once_one_is_told_that_it_has_changed()
    {
        var meeting = await service.MeetingAsync();
        var tag = await service.TagAsync(meeting);

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(n => service.PatchAsync(
            service.School.Teacher, Text(meeting, "id"), new JsonObject { ["title"] = $"Title {n}" }, tag)));

        Assert.Equal([HttpStatusCode.OK, .. Enumerable.Repeat(HttpStatusCode.PreconditionFailed, 3)], answers.Select(answer => answer.StatusCode).Order());
        var title = Text(await JsonAsync(answers.Single(answer => answer.IsSuccessStatusCode)), "title");
        Assert.Equal((title, title), (Text(await service.GetAsync(service.School.Teacher, $"/{Text(meeting, "id")}"), "title"), (string?)service.Zoom[Text(meeting, "providerMeetingId")]["topic"]));
        Assert.Equal("\"2\"", await service.TagAsync(meeting));
    }

    [Theory]
    [Trait("Hostile", "52")]
    [InlineData("ownerId")]
    [InlineData("createdBy")]
    [InlineData("academyId")]
    [InlineData("state")]
    [InlineData("joinUrl")]
    [InlineData("roomId")]
    [InlineData("provider")]
    [InlineData("providerMeetingId")]
    [InlineData("version")]
    public async Task What_is_not_theirs_to_change_is_ignored(string field)
    {
        var meeting = await service.MeetingAsync();

        var answer = await service.PatchAsync(meeting, (field, field == "version" ? 99 : service.Other.AcademyId.ToString()));

        Assert.Equal((HttpStatusCode.OK, "\"1\""), (answer.StatusCode, answer.Headers.ETag!.Tag));
        Assert.True(JsonNode.DeepEquals(meeting, await JsonAsync(answer)));
    }

    [Fact]
    public async Task All_that_is_wrong_is_told_at_once()
    {
        var meeting = await service.MeetingAsync();

        var problem = await RefusedAsync(
            await service.PatchAsync(
                meeting, ("title", ""), ("durationMinutes", 1441), ("timeZone", "Mars/Olympus"), ("startsAt", "2026-11-24T07:30:00"), ("audience", "martians"), ("waitingRoom", null),
                ("password", ""), ("hostId", "me"), ("coHosts", "all"), ("classId", 7), ("settings", new JsonObject { ["hostVideo"] = "yes" }), ("description", new string('x', 2001))),
            HttpStatusCode.BadRequest, "invalid-request");

        Assert.Equal(
            ["audience", "classId", "coHosts", "description", "durationMinutes", "hostId", "password", "settings.hostVideo", "startsAt", "timeZone", "title", "waitingRoom"],
            problem["errors"]!.AsObject().Select(error => error.Key).Order(StringComparer.Ordinal));
        foreach (var field in new[] { "title", "startsAt", "durationMinutes", "timeZone", "audience", "hostId" })
            await RefusedAsync(await service.PatchAsync(meeting, (field, null)), HttpStatusCode.BadRequest, "invalid-request");
        foreach (var body in new JsonNode[] { new JsonArray(), JsonValue.Create("x"), JsonValue.Create(1) })
            await RefusedAsync(await service.PatchAsync(service.School.Teacher, Text(meeting, "id"), body, "\"1\""), HttpStatusCode.BadRequest, "invalid-request");
        await RefusedAsync(await service.PatchAsync(meeting, ("password", new string('x', 1024 * 1024))), HttpStatusCode.BadRequest, "invalid-request");
        await RefusedAsync(
            await service.PatchAsync(meeting, ("coHosts", new JsonArray([.. Enumerable.Range(0, 21).Select(_ => JsonValue.Create(Guid.NewGuid().ToString()))]))),
            HttpStatusCode.BadRequest, "invalid-request");
    }

    [Fact]
    [Trait("Hostile", "51")]
    [Trait("Acceptance", "S4-05")]
    public async Task Who_may_not_see_it_finds_nothing_and_who_may_only_see_it_is_forbidden()
    {
        var meeting = await service.MeetingAsync(("audience", "students"));
        var change = new JsonObject { ["title"] = "Taken over" };
        var bodies = new List<string>();
        foreach (var (caller, id) in new[]
        {
            (service.School.OtherTeacher, Text(meeting, "id")), (service.Other.Admin, Text(meeting, "id")), (service.Other.Admin, Guid.NewGuid().ToString()), (service.Other.Teacher, "no-room"),
        })
        {
            var problem = await RefusedAsync(await service.PatchAsync(caller, id, change, "\"1\""), HttpStatusCode.NotFound, "meeting-not-found");
            problem.Remove("traceId");
            bodies.Add(problem.ToJsonString());
        }

        Assert.Single(bodies.Distinct());
        await RefusedAsync(await service.PatchAsync(service.School.Student, Text(meeting, "id"), change, "\"1\""), HttpStatusCode.Forbidden, "meeting-not-yours");
        foreach (var action in new[] { "cancel", "end", "transfer" })
        {
            var body = new JsonObject { ["userId"] = service.School.Student.PersonId.ToString() };
            await RefusedAsync(await service.DoAsync(service.School.Student, Text(meeting, "id"), action, body), HttpStatusCode.Forbidden, "meeting-not-yours");
            await RefusedAsync(await service.DoAsync(service.School.OtherTeacher, Text(meeting, "id"), action, body), HttpStatusCode.NotFound, "meeting-not-found");
        }
    }

    [Fact]
    public async Task What_has_begun_keeps_its_time_and_class_and_takes_other_changes()
    {
        var meeting = await service.MeetingAsync();
        await service.OpenAsync(meeting);

        foreach (var (field, value) in new (string, JsonNode?)[] { ("startsAt", "2026-11-25T06:00:00Z"), ("durationMinutes", 50), ("timeZone", "UTC"), ("classId", service.School.Class(service.School.Teacher).ToString()) })
            await RefusedAsync(await service.PatchAsync(meeting, (field, value)), HttpStatusCode.Conflict, "meeting-has-begun");
        Assert.Equal("live", Text(await JsonAsync(await service.PatchAsync(meeting, ("title", "Still algebra"), ("startsAt", "2026-11-23T06:00:00Z"))), "state"));
    }
}
