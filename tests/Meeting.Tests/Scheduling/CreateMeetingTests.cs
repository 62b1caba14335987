using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Meetings.Contracts.Directory;
using Meetings.Contracts.Directory.V1;
using Meetings.Meeting.Tests.Fakes;
using Meetings.Testing;
using static Meetings.Meeting.Tests.MeetingService;

namespace Meetings.Meeting.Tests.Scheduling;

public sealed class CreateMeetingTests(MeetingService service) : IClassFixture<MeetingService>
{
    [Fact]
    [Trait("Acceptance", "S2-01")]
    public async Task A_teacher_plans_a_class_meeting_and_Zoom_has_it()
    {
        var answer = await service.CreateAsync(service.School.Teacher, service.Request(("description", "Chapter 3"), ("password", "pass1")));

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var meeting = await JsonAsync(answer);
        var number = Text(meeting, "providerMeetingId");
        Assert.Equal($"/api/v1/meetings/{Text(meeting, "id")}", answer.Headers.Location!.OriginalString);
        Assert.Equal("\"1\"", answer.Headers.ETag!.Tag);
        Assert.Matches("^[a-z0-9]{12}$", Text(meeting, "roomId"));
        Assert.Contains(number, service.Zoom.Meetings);
        Assert.Equal($"https://us02web.zoom.us/j/{number}?pwd=x", Text(meeting, "joinUrl"));
        Assert.Equal("""{"zoom":"scheduled","academy":"READY","room":"idle"}""", meeting["views"]!.ToJsonString());
        Assert.Equal(service.School.Teacher.PersonId.ToString(), Text(meeting, "hostId"));
        foreach (var (field, value) in new (string, string)[]
        {
            ("provider", "zoom"), ("type", "scheduled"), ("title", "Algebra 7B"), ("description", "Chapter 3"), ("audience", "class"),
            ("startsAt", "2026-11-23T06:00:00Z"), ("timeZone", "Asia/Manila"), ("state", "ready"), ("hostName", "The teacher"),
            ("ownerId", service.School.Teacher.PersonId.ToString()), ("academyId", service.School.AcademyId.ToString()), ("classId", service.School.ClassId.ToString()),
        }) Assert.Equal(value, Text(meeting, field));
        Assert.Equal((48, true, true, true), ((int)meeting["durationMinutes"]!, (bool)meeting["registrationEnabled"]!, (bool)meeting["waitingRoom"]!, (bool)meeting["hasPassword"]!));
        Assert.True(meeting.ContainsKey("startedAt") && meeting["startedAt"] is null && meeting["endedAt"] is null);
        Assert.True(JsonNode.DeepEquals(meeting, await service.GetAsync(service.School.Teacher, $"/{Text(meeting, "id")}")));
        Assert.True(JsonNode.DeepEquals(meeting, await service.GetAsync(service.School.Teacher, $"/{Text(meeting, "roomId")}")));
    }

    [Fact]
    public async Task Zoom_is_asked_for_a_registered_meeting_with_a_waiting_room_in_the_hosts_name()
    {
        var meeting = await service.MeetingAsync(("title", "Asked of Zoom"), ("password", "pass1"), ("settings", new JsonObject { ["muteOnEntry"] = true }));

        var call = service.Zoom.Creations.Single(call => call.Body.Contains("Asked of Zoom", StringComparison.Ordinal));
        Assert.Equal($"/v2/users/{Uri.EscapeDataString(service.School.Email(service.School.Teacher))}/meetings", call.Target);
        var asked = JsonNode.Parse(call.Body)!;
        Assert.Equal(
            """{"approval_type":0,"waiting_room":true,"join_before_host":false,"mute_upon_entry":true,"registrants_email_notification":false,"auto_recording":"none"}""",
            asked["settings"]!.ToJsonString());
        Assert.Equal((2, "2026-11-23T06:00:00Z", 48, "Asia/Manila", "pass1"),
            ((int)asked["type"]!, (string)asked["start_time"]!, (int)asked["duration"]!, (string)asked["timezone"]!, (string)asked["password"]!));
        Assert.NotNull(meeting);
    }

    [Fact]
    [Trait("Acceptance", "S2-05")]
    [Trait("Acceptance", "S4-14")]
    public async Task Neither_the_hosts_link_nor_a_password_is_kept_or_told()
    {
        var answer = await service.CreateAsync(service.School.Teacher, service.Request(("password", "a password too long for Zoom")));

        var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var id = Text((JsonObject)JsonNode.Parse(body)!, "id");
        Assert.DoesNotContain("host-secret", body, StringComparison.Ordinal);
        Assert.DoesNotContain("argon2", body, StringComparison.Ordinal);
        Assert.Null(JsonNode.Parse(service.Zoom.Creations[^1].Body)!["password"]);
        var stored = (await service.OwnerQueryAsync<string>("select m::text || coalesce(c::text, '') from meeting m left join meeting_creation c on c.meeting_id = m.id where m.id = @id", new { id = Guid.Parse(id) }))[0];
        Assert.DoesNotContain("host-secret", stored, StringComparison.Ordinal);
        Assert.DoesNotContain("too long for Zoom", stored, StringComparison.Ordinal);
        Assert.Contains("$argon2id$v=19$m=19456,t=2,p=1$", stored, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everyone_is_told_once_it_is_ready()
    {
        var meeting = await service.MeetingAsync();

        await Eventually.Holds(() => Task.FromResult(service.Heard(Text(meeting, "id")).Count == 1), "the event");
        var told = service.Heard(Text(meeting, "id"))[0];
        Assert.Equal((1, "ready", Text(meeting, "providerMeetingId"), "class"), (told.Version, told.State, told.ProviderMeetingId, told.Audience));
        Assert.Equal((DateTimeOffset.Parse("2026-11-23T06:00:00Z", System.Globalization.CultureInfo.InvariantCulture), 48), (told.Occurrences.Single().StartsAt, told.Occurrences[0].DurationMinutes));
    }

    [Fact]
    public async Task A_lesson_may_be_entered_after_it_began() =>
        Assert.Equal("ready", Text(await service.MeetingAsync(("startsAt", "2026-10-01T06:00:00Z")), "state"));

    [Fact]
    [Trait("Acceptance", "S2-04")]
    public async Task An_instant_meeting_starts_now_in_the_academys_zone()
    {
        var answer = await service.CreateAsync(service.School.Teacher, new JsonObject { ["provider"] = "zoom", ["type"] = "instant" });

        var meeting = await JsonAsync(answer);
        Assert.Equal((HttpStatusCode.Created, "instant", "Asia/Manila", "personal"), (answer.StatusCode, Text(meeting, "type"), Text(meeting, "timeZone"), Text(meeting, "audience")));
    }

    [Fact]
    public async Task Staff_plans_for_the_teacher_of_the_class()
    {
        foreach (var staff in new[] { service.School.Admin, service.School.Supervisor, School.Super })
        {
            service.Directory.People.TryAdd(staff.PersonId.ToString(), new Person { PersonId = staff.PersonId.ToString(), Version = 1, Name = "Super", Email = "super@x.example" });
            var meeting = await JsonAsync(await service.CreateAsync(staff, service.Request()));
            Assert.Equal((staff.PersonId.ToString(), service.School.Teacher.PersonId.ToString()), (Text(meeting, "ownerId"), Text(meeting, "hostId")));
        }
    }

    [Fact]
    public async Task Students_and_parents_create_nothing()
    {
        foreach (var caller in new[] { service.School.Student, service.School.Parent, service.Other.Student })
            await RefusedAsync(await service.CreateAsync(caller, service.Request()), HttpStatusCode.Forbidden, "meeting-creation-not-allowed");
    }

    [Fact]
    public async Task A_teacher_plans_for_nobody_elses_class()
    {
        var before = service.Zoom.Creations.Count;

        await RefusedAsync(await service.CreateAsync(service.School.OtherTeacher, service.Request()), HttpStatusCode.Forbidden, "meeting-creation-not-allowed");

        Assert.Equal(before, service.Zoom.Creations.Count);
    }

    [Fact]
    [Trait("Hostile", "51")]
    public async Task A_class_of_another_academy_is_no_class_at_all()
    {
        var foreign = await RefusedAsync(await service.CreateAsync(service.Other.Teacher, service.Request()), HttpStatusCode.NotFound, "class-not-found");
        var missing = await RefusedAsync(await service.CreateAsync(service.Other.Teacher, service.Request(("classId", Guid.NewGuid().ToString()))), HttpStatusCode.NotFound, "class-not-found");

        foreach (var body in new[] { foreign, missing }) body.Remove("traceId");
        Assert.Equal(missing.ToJsonString(), foreign.ToJsonString());
    }

    [Fact]
    public async Task A_class_that_changed_hands_a_moment_ago_is_asked_for_again()
    {
        var classId = service.School.Class(service.School.OtherTeacher);
        await RefusedAsync(await service.CreateAsync(service.School.Teacher, service.Request(("classId", classId.ToString()))), HttpStatusCode.Forbidden, "meeting-creation-not-allowed");

        var made = service.Directory.Classes[classId.ToString()];
        made.Version = 2;
        made.Members.Add(new Member { PersonId = service.School.Teacher.PersonId.ToString(), Role = Roles.Teacher, From = "2026-06-01" });

        Assert.Equal(HttpStatusCode.Created, (await service.CreateAsync(service.School.Teacher, service.Request(("classId", classId.ToString())))).StatusCode);
    }

    [Fact]
    public async Task What_the_events_told_needs_no_question()
    {
        var school = new School(new FakeDirectory());
        await service.PublishAsync(new AcademyChanged(school.AcademyId, 1, "told", "Told", "Asia/Manila", [], "deped-15"));
        await service.PublishAsync(new PersonChanged(school.Teacher.PersonId, 2, school.AcademyId, "Ms. New", "new@told.example", [Roles.Teacher], []));
        await service.PublishAsync(new PersonChanged(school.Teacher.PersonId, 1, school.AcademyId, "Ms. Old", "old@told.example", [Roles.Teacher], []));
        await service.PublishAsync(new ClassChanged(school.ClassId, 1, school.AcademyId, "Told", ClassKinds.Class, null, [new(school.Teacher.PersonId, Roles.Teacher, new DateOnly(2026, 6, 1), null)]));
        await Eventually.Holds(
            async () => (await service.OwnerQueryAsync<long>(
                "select (select count(*) from class_member where class_id = @ClassId) + (select count(*) from academy where academy_id = @AcademyId) + (select count(*) from person where person_id = @Id and version = 2)",
                new { school.ClassId, school.AcademyId, Id = school.Teacher.PersonId }))[0] == 3,
            "the read copy");

        var meeting = await JsonAsync(await service.CreateAsync(school.Teacher, service.Request(("classId", school.ClassId.ToString()))));

        Assert.Equal("Ms. New", Text(meeting, "hostName"));
    }

    [Fact]
    public async Task A_provider_without_a_key_is_not_available()
    {
        await using var replica = await service.StartReplicaAsync(service.Zoom.Address, ("LiveKit:Keys:devkey", ""));
        await RefusedAsync(
            await service.CreateAsync(service.School.Teacher, service.Request(("provider", "livekit")), replica: replica),
            HttpStatusCode.UnprocessableEntity, "provider-not-available");
    }

    [Fact]
    [Trait("Acceptance", "S4-04")]
    public async Task A_room_id_is_taken_until_its_meeting_is_deleted()
    {
        var first = await service.MeetingAsync(("roomId", "algebra-7b"));

        await RefusedAsync(await service.CreateAsync(service.School.Teacher, service.Request(("roomId", "algebra-7b"))), HttpStatusCode.Conflict, "room-id-taken");
        await service.OwnerQueryAsync<int>("update meeting set deleted_at = now() where id = @id", new { id = Guid.Parse(Text(first, "id")) });

        Assert.NotEqual(Text(first, "id"), Text(await service.MeetingAsync(("roomId", "algebra-7b")), "id"));
    }

    [Theory]
    [Trait("Hostile", "52")]
    [InlineData("ownerId")]
    [InlineData("academyId")]
    [InlineData("state")]
    [InlineData("joinUrl")]
    public async Task What_only_the_service_decides_is_not_taken_from_the_body(string field)
    {
        var meeting = await service.MeetingAsync((field, field == "joinUrl" ? "https://evil.example" : field == "state" ? "finalised" : service.Other.AcademyId.ToString()));

        Assert.Equal((service.School.Teacher.PersonId.ToString(), service.School.AcademyId.ToString(), "ready"), (Text(meeting, "ownerId"), Text(meeting, "academyId"), Text(meeting, "state")));
        Assert.DoesNotContain("evil", Text(meeting, "joinUrl"), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Hostile", "63")]
    public async Task A_hundred_huge_passwords_are_refused_before_they_are_hashed()
    {
        var body = service.Request(("password", new string('x', 1024 * 1024)));

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => service.CreateAsync(service.School.Teacher, body.DeepClone())));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"provider":"zoom","provider":"livekit"}""")]
    [InlineData("")]
    public async Task What_is_no_JSON_is_a_bad_request(string body)
    {
        using var client = service.As(service.School.Teacher);
        var answer = await client.PostAsync(
            new Uri("/api/v1/meetings", UriKind.Relative), new StringContent(body, System.Text.Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);

        await RefusedAsync(answer, HttpStatusCode.BadRequest, "invalid-request");
    }

    [Fact]
    public async Task All_field_errors_come_at_once_with_the_field_names()
    {
        var body = await RefusedAsync(
            await service.CreateAsync(service.School.Teacher, service.Request(("title", ""), ("durationMinutes", 0), ("timeZone", "Mars/Olympus"))),
            HttpStatusCode.BadRequest, "invalid-request");

        Assert.Equal(["durationMinutes", "timeZone", "title"], body["errors"]!.AsObject().Select(error => error.Key).Order());
    }

    [Fact]
    public async Task Nobody_without_a_token_gets_in()
    {
        using var client = service.As(null);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.PostAsJsonAsync("/api/v1/meetings", service.Request(), TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync(new Uri("/api/v1/meetings", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode);
    }

    internal static async Task<JsonObject> RefusedAsync(HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.StatusCode == status, $"{answer.StatusCode}: {text}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        var problem = (JsonObject)JsonNode.Parse(text)!;
        Assert.Equal(code, Text(problem, "code"));
        return problem;
    }
}
