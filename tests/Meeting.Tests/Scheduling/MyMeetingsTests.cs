using System.Net;
using System.Text.Json.Nodes;
using Meetings.Contracts.Directory;
using Meetings.ServiceDefaults.Security;
using Meetings.Testing;
using static Meetings.Meeting.Tests.Scheduling.CreateMeetingTests;

namespace Meetings.Meeting.Tests.Scheduling;

public sealed class MyMeetingsTests(MeetingService service) : IClassFixture<MeetingService>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Acceptance", "S2-15")]
    public async Task What_lists_ask_for_has_an_index()
    {
        var indexed = await service.OwnerQueryAsync<string>("select indexdef from pg_indexes where tablename = 'meeting'");

        foreach (var column in (string[])["host_id", "owner_id", "class_id", "starts_at", "state", "academy_id"])
            Assert.Contains(indexed, index => index.Contains($"({column}", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Acceptance", "X30")]
    [Trait("Acceptance", "S4-06")]
    [Trait("Acceptance", "S4-07")]
    public async Task My_meetings_are_those_I_own_teach_attend_or_my_children_do()
    {
        var school = new Fakes.School(service.Directory, $"x30-{Guid.NewGuid():n}");
        var teacherless = school.Class(null, school.OtherStudent);
        async Task PlanAsync(string title, Caller owner, Guid? classId, string audience) => Assert.Equal(HttpStatusCode.Created, (await service.CreateAsync(
            owner, service.Request(("title", title), ("classId", classId?.ToString()), ("audience", audience)))).StatusCode);
        await PlanAsync("class", school.Teacher, school.ClassId, "class");
        await PlanAsync("own", school.OtherTeacher, null, "personal");
        await PlanAsync("open", school.OtherTeacher, null, "all");
        await PlanAsync("staff", school.Admin, null, "teachers");
        await PlanAsync("assembly", school.Admin, null, "students");
        await PlanAsync("other-class", school.Admin, teacherless, "class");
        foreach (var person in new[] { school.Student, school.Parent, school.OtherParent, school.OtherStudent })
        {
            var known = service.Directory.People[person.PersonId.ToString()];
            await service.PublishAsync(new PersonChanged(person.PersonId, 1, school.AcademyId, known.Name, known.Email, [.. known.Roles], [.. known.Children.Select(Guid.Parse)]));
        }

        await Eventually.Holds(
            async () => (await service.OwnerQueryAsync<long>("select count(*) from guardianship where guardian_id = any(@Ids)", new { Ids = new[] { school.Parent.PersonId, school.OtherParent.PersonId } }))[0] == 2,
            "the parents to be known");

        foreach (var (who, caller, owned, teaching, attending, children) in new[]
        {
            ("teacher", school.Teacher, "class", "class", "open staff", ""),
            ("other teacher", school.OtherTeacher, "open own", "open own", "staff", ""),
            ("admin", school.Admin, "assembly other-class staff", "assembly other-class staff", "open", ""),
            ("student", school.Student, "", "", "assembly class open", ""),
            ("other student", school.OtherStudent, "", "", "assembly open other-class", ""),
            ("parent", school.Parent, "", "", "open", "assembly class open"),
            ("other parent", school.OtherParent, "", "", "open", "assembly open other-class"),
            // Who may see all of it has no more children for that.
            ("parent on the staff", school.OtherParent with { Roles = [Roles.Parent, Roles.AcademyAdmin] }, "", "", "open", "assembly open other-class"),
        })
        {
            foreach (var (filter, expected) in new[] { ("owned", owned), ("teaching", teaching), ("attending", attending), ("children", children) })
                Assert.True(expected == await TitlesAsync(caller, $"?filter={filter}"), $"{who}, {filter}: {await TitlesAsync(caller, $"?filter={filter}")}");
            Assert.Equal(await TitlesAsync(caller, ""), await TitlesAsync(caller, "?filter=all"));
        }

        var row = (JsonObject)(await service.GetAsync(school.Teacher, "?filter=owned"))["items"]![0]!;
        foreach (var field in new[] { "id", "state", "hostName", "participantCount", "waitingCount", "hasPassword", "ownerId" }) Assert.NotNull(row[field]);
        using var client = service.As(school.Teacher);
        await RefusedAsync(await client.GetAsync(new Uri("/api/v1/meetings?filter=everything", UriKind.Relative), Ct), HttpStatusCode.BadRequest, "invalid-request");
    }

    private async Task<string> TitlesAsync(Caller caller, string query) =>
        string.Join(' ', (await service.GetAsync(caller, query))["items"]!.AsArray().Select(item => (string)item!["title"]!).Order(StringComparer.Ordinal));
}
