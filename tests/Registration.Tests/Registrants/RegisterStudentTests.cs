using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Meetings.Contracts.Registrants.V1;
using Meetings.Testing;
using Xunit;
using static Meetings.Registration.Tests.Registrants.RegistrantSchool;

namespace Meetings.Registration.Tests.Registrants;

/// <summary>The original's way: one student, one class, now.</summary>
public sealed class RegisterStudentTests(RegistrationService service) : IClassFixture<RegistrationService>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Acceptance", "S1-01")]
    [Trait("Acceptance", "S1-03")]
    [Trait("Acceptance", "S1-05")]
    public async Task An_admin_registers_a_student_for_the_upcoming_meetings_of_a_class_once()
    {
        var school = await StartAsync(service);
        var meetings = new[] { await school.PlannedAsync(), await school.PlannedAsync(school.Meeting(startsIn: TimeSpan.FromMinutes(-10), state: "live")) };

        using var first = await school.RegisterStudentAsync(school.Admin, school.Three.PersonId, school.ClassId);
        using var second = await school.RegisterStudentAsync(school.Admin, school.Three.PersonId, school.ClassId);

        var (done, again) = (await JsonAsync(first), await JsonAsync(second));
        Assert.Equal((200, 2, "Registered for 2 of 2 upcoming meetings."), ((int)first.StatusCode, (int)done["registered"]!, (string?)done["message"]));
        Assert.Equal(meetings.Order(), done["meetingIds"]!.AsArray().Select(id => id!.GetValue<Guid>()).Order());
        Assert.Equal((200, 0, 2), ((int)second.StatusCode, (int)again["registered"]!, (int)again["alreadyRegistered"]!));
        Assert.All(meetings, meeting => Assert.Equal(1, service.Meetings.RegisteredIn(meeting).Count(one => one == school.Three.PersonId)));

    }

    [Fact]
    [Trait("Acceptance", "X15")]
    public async Task What_an_admin_said_the_roster_does_not_take_back()
    {
        var school = await StartAsync(service);
        var id = await school.PlannedAsync(school.Meeting(startsIn: TimeSpan.FromDays(3)));
        using var registered = await school.RegisterStudentAsync(school.Admin, school.Three.PersonId, school.ClassId);
        await school.UntilAsync(id, school.Two, "approved");

        await school.EnrolAsync(school.Three);
        await school.LeaveClassAsync(school.Three);
        // Told after it, so it was brought in line with both when this has come about.
        await school.LeaveClassAsync(school.Two);
        await school.UntilAsync(id, school.Two, "cancelled");

        await school.UntilAsync(id, school.Three, "approved");
    }

    [Fact]
    [Trait("Acceptance", "X15")]
    public async Task Taken_off_by_mistake_and_registered_again_while_the_provider_forgets_them_they_are_registered_after_that()
    {
        var school = await StartAsync(service);
        var id = await school.PlannedAsync();
        await school.UntilAsync(id, school.One, "approved");
        service.Meetings.Remaining[$"{id}"] = person => new Registrant { PersonId = person, Postponement = new Postponement { Code = "provider-unavailable" } };
        await school.RemoveAsync(school.Admin, id, school.One.PersonId);
        await Eventually.Holds(() => Task.FromResult(service.Meetings.UnregisteredFrom(id).Count > 0), "the provider to be asked");
        await Eventually.Holds(
            async () => (await service.OwnerQueryAsync<string?>("select reason from registrant where meeting_id = @id and person_id = @PersonId", new { id, school.One.PersonId }))
                is ["provider-unavailable"], "it to be put off");

        using var answer = await school.RegisterStudentAsync(school.Admin, school.One.PersonId, school.ClassId);

        Assert.Equal((202, "pending"), ((int)answer.StatusCode, (string?)(await JsonAsync(answer))["open"]![0]!["status"]));
        service.Meetings.Remaining.Clear();
        await service.OwnerQueryAsync<int>("update registrant set due_at = now() where meeting_id = @id and due_at is not null", new { id });
        await school.UntilAsync(id, school.One, "approved");
    }

    [Fact]
    [Trait("Acceptance", "S1-06")]
    public async Task A_meeting_that_fails_does_not_stop_the_others_and_is_told()
    {
        var school = await StartAsync(service);
        var (fine, refusing, waiting) = (school.Meeting(), school.Meeting(), school.Meeting());
        service.Meetings.Instead[$"{refusing.MeetingId}"] = request => Task.FromResult<RegisterResponse?>(FakeMeetings.Answer(
            request, person => new Registrant { PersonId = person.PersonId, Refusal = new Refusal { Code = "provider-refused" } }));
        service.Meetings.Instead[$"{waiting.MeetingId}"] = request => Task.FromResult<RegisterResponse?>(FakeMeetings.Answer(
            request, person => new Registrant { PersonId = person.PersonId, Postponement = new Postponement { Code = "provider-unavailable" } }));
        foreach (var meeting in new[] { fine, refusing, waiting }) await school.PlannedAsync(meeting);

        using var answer = await school.RegisterStudentAsync(school.Admin, school.Three.PersonId, school.ClassId);

        var done = await JsonAsync(answer);
        Assert.Equal((202, 1), ((int)answer.StatusCode, (int)done["registered"]!));
        Assert.Equal(fine.MeetingId, done["meetingIds"]!.AsArray().Single()!.GetValue<Guid>());
        Assert.Equal(
            new[] { (refusing.MeetingId, "denied", "provider-refused"), (waiting.MeetingId, "pending", "provider-unavailable") }.OrderBy(one => one.MeetingId),
            done["open"]!.AsArray().Select(one => (one!["meetingId"]!.GetValue<Guid>(), (string)one["status"]!, (string)one["reason"]!)).OrderBy(one => one.Item1));
    }

    [Fact]
    [Trait("Acceptance", "S1-02")]
    public async Task Without_upcoming_meetings_there_is_nothing_to_do_and_that_is_said()
    {
        var school = await StartAsync(service);
        await school.PlannedAsync(school.Meeting(startsIn: TimeSpan.FromHours(-3), state: "ended"));

        using var answer = await school.RegisterStudentAsync(school.Admin, school.Three.PersonId, school.ClassId);

        var done = await JsonAsync(answer);
        Assert.Equal((200, 0, 0), ((int)answer.StatusCode, (int)done["registered"]!, done["meetingIds"]!.AsArray().Count));
        Assert.Contains("no upcoming meetings", (string?)done["message"], StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Acceptance", "S1-02")]
    [Trait("Acceptance", "S1-14")]
    public async Task Who_may_not_and_what_is_not_there_is_refused_in_the_originals_words()
    {
        var school = await StartAsync(service);
        await school.PlannedAsync();
        var (student, itsClass) = (school.Three.PersonId, school.ClassId);

        foreach (var caller in new[] { school.Teacher, await school.PersonAsync("supervisor") })
            Assert.Equal((403, "registration-admins-only"), await RefusedAsync(school.RegisterStudentAsync(caller, student, itsClass)));
        foreach (var caller in new[] { school.Three, await service.PersonAsync("admin@itqan.example") })
            Assert.Equal((404, "class-not-found"), await RefusedAsync(school.RegisterStudentAsync(caller, student, itsClass)));
        Assert.Equal((404, "user-not-found"), await RefusedAsync(school.RegisterStudentAsync(school.Admin, Guid.NewGuid(), itsClass)));
        Assert.Equal((404, "user-not-found"), await RefusedAsync(school.RegisterStudentAsync(school.Admin, (await service.PersonAsync("student01@itqan.example")).PersonId, itsClass)));
        Assert.Equal((404, "class-not-found"), await RefusedAsync(school.RegisterStudentAsync(school.Admin, student, Guid.NewGuid())));
        Assert.Equal((422, "role-mismatch"), await RefusedAsync(school.RegisterStudentAsync(school.Admin, school.Teacher.PersonId, itsClass)));

        await service.OwnerQueryAsync<int>("update person set email = 'three@elsewhere.example' where id = @student", new { student });
        using var foreign = await school.RegisterStudentAsync(school.Admin, student, itsClass);
        var problem = await JsonAsync(foreign);
        Assert.Equal(
            (403, "DOMAIN_RESTRICTED", $"Only @{school.Slug}.example email addresses can join class meetings"), ((int)foreign.StatusCode, (string?)problem["code"], (string?)problem["title"]));

        using var stranger = service.As(null);
        using var unknown = await stranger.PostAsJsonAsync("/api/v1/registrations/students", new { studentId = student, classId = itsClass }, Ct);
        Assert.Equal(401, (int)unknown.StatusCode);
        Assert.Empty(await service.OwnerQueryAsync<Guid>("select meeting_id from registrant where person_id = @student", new { student }));
    }

    [Theory]
    [Trait("Acceptance", "S1-02")]
    [InlineData("{}", "studentId", "classId")]
    [InlineData("""{"studentId":"00000000-0000-0000-0000-000000000001"}""", "classId", null)]
    [InlineData("""{"studentId":null,"classId":null}""", "studentId", "classId")]
    [InlineData("""{"studentId":"me","classId":"00000000-0000-0000-0000-000000000001"}""", null, null)]
    [InlineData("""{"studentId":7,"classId":[]}""", null, null)]
    [InlineData("[]", null, null)]
    [InlineData("not json", null, null)]
    public async Task What_is_missing_or_no_id_is_a_bad_request(string body, string? field, string? another)
    {
        using var client = service.As(await service.PersonAsync("admin@r1.deped.gov.ph"));
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        using var answer = await client.PostAsync(new Uri("/api/v1/registrations/students", UriKind.Relative), content, Ct);

        var problem = await JsonAsync(answer);
        Assert.Equal((400, "invalid-request"), ((int)answer.StatusCode, (string?)problem["code"]));
        foreach (var name in new[] { field, another }.OfType<string>()) Assert.NotNull((problem["errors"] as JsonObject)?[name]);
    }
}
