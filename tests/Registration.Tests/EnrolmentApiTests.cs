using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Meetings.Contracts.Directory;
using Meetings.ServiceDefaults.Security;
using Xunit;

namespace Meetings.Registration.Tests;

/// <summary>Rosters changed by hand. Each test has a school of its own.</summary>
public sealed class EnrolmentApiTests(RegistrationService service) : IClassFixture<RegistrationService>
{
    [Fact]
    public async Task An_admin_enrols_a_student_and_everyone_hears_the_whole_roster()
    {
        var school = await SchoolAsync();

        using var response = await school.Admin.PostAsJsonAsync(school.Enrolments, new { email = $" THREE@{school.Slug}.example ", role = "student", from = "2026-07-01" }, Ct);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var created = await BodyAsync(response);
        Assert.Equal(("Stu Three", "2026-07-01"), (created.GetProperty("name").GetString(), created.GetProperty("from").GetString()));
        var last = await LastAsync(school);
        Assert.Equal((2L, 4), (last.Version, last.Members.Count));
        Assert.Contains(new ClassMember(created.GetProperty("personId").GetGuid(), Roles.Student, new DateOnly(2026, 7, 1), null), last.Members);
    }

    [Fact]
    public async Task The_same_request_again_finds_the_same_enrolment()
    {
        var school = await SchoolAsync();
        var request = new { email = $"three@{school.Slug}.example", role = "student", from = "2026-07-01" };

        var responses = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => school.Admin.PostAsJsonAsync(school.Enrolments, request, Ct)));

        Assert.Single(responses, response => response.StatusCode == HttpStatusCode.Created);
        Assert.Equal(5, responses.Count(response => response.StatusCode == HttpStatusCode.OK));
        var ids = await Task.WhenAll(responses.Select(async response => (await BodyAsync(response)).GetProperty("id").GetGuid()));
        Assert.Single(ids.Distinct());
        Assert.Equal(2, (await LastAsync(school)).Version);
    }

    [Fact]
    public async Task Overlapping_days_are_a_conflict()
    {
        var school = await SchoolAsync();

        Assert.Equal((HttpStatusCode.Conflict, "already-enrolled"),
            await PostAsync(school.Admin, school, new { email = $"one@{school.Slug}.example", role = "student", from = "2026-08-01" }));
        Assert.Equal(1, (await LastAsync(school)).Version);
    }

    [Fact]
    public async Task Who_cannot_be_enrolled_as_that_is_refused()
    {
        var school = await SchoolAsync();

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "role-mismatch"),
            await PostAsync(school.Admin, school, new { email = $"three@{school.Slug}.example", role = "teacher", from = "2026-08-01" }));
        Assert.Equal((HttpStatusCode.NotFound, "user-not-found"),
            await PostAsync(school.Admin, school, new { email = "nobody@nowhere.example", role = "student", from = "2026-08-01" }));
        Assert.Equal((HttpStatusCode.NotFound, "user-not-found"),
            await PostAsync(school.Admin, school, new { personId = DirectoryIds.Academy("demo"), role = "student", from = "2026-08-01" }));
    }

    [Fact]
    [Trait("Acceptance", "S1-02")]
    public async Task An_address_outside_of_the_academys_domains_is_refused_as_the_original_did()
    {
        var school = await SchoolAsync();

        using var response = await school.Admin.PostAsJsonAsync(
            school.Enrolments, new { email = $"out@{school.Slug}.example.evil.example", role = "student", from = "2026-08-01" }, Ct);

        var problem = await BodyAsync(response);
        Assert.Equal((HttpStatusCode.Forbidden, "DOMAIN_RESTRICTED", $"Only @{school.Slug}.example email addresses can join class meetings"),
            (response.StatusCode, problem.GetProperty("code").GetString(), problem.GetProperty("title").GetString()));
    }

    [Theory]
    [InlineData("""{"role":"student","from":"2026-08-01"}""")]
    [InlineData("""{"email":"no address","role":"student","from":"2026-08-01"}""")]
    [InlineData("""{"email":"three@x.example","personId":"00000000-0000-0000-0000-000000000001","role":"student","from":"2026-08-01"}""")]
    [InlineData("""{"email":"three@x.example","role":"student"}""")]
    [InlineData("""{"email":"three@x.example","role":"student","from":"2026-02-30"}""")]
    [InlineData("""{"email":"three@x.example","role":"student","from":"2026-08-02","to":"2026-08-01"}""")]
    [InlineData("not json")]
    [InlineData("[]")]
    public async Task What_is_no_enrolment_is_a_bad_request(string body)
    {
        var school = await SchoolAsync();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        using var response = await school.Admin.PostAsync(school.Enrolments, content, Ct);

        Assert.Equal((HttpStatusCode.BadRequest, "invalid-request"), (response.StatusCode, (await BodyAsync(response)).GetProperty("code").GetString()));
    }

    [Theory]
    [InlineData("teacher", HttpStatusCode.Forbidden, "admins-only")]
    [InlineData("one", HttpStatusCode.Forbidden, "admins-only")]
    [InlineData("parent", HttpStatusCode.Forbidden, "admins-only")]
    [InlineData("three", HttpStatusCode.NotFound, "class-not-found")]
    public async Task Nobody_but_an_admin_enrols(string who, HttpStatusCode status, string code)
    {
        var school = await SchoolAsync();
        using var client = service.As(await service.PersonAsync($"{who}@{school.Slug}.example"));

        Assert.Equal((status, code), await PostAsync(client, school, new { email = $"three@{school.Slug}.example", role = "student", from = "2026-08-01" }));
        Assert.Equal(1, (await LastAsync(school)).Version);
    }

    [Fact]
    public async Task An_admin_of_another_academy_finds_no_such_class()
    {
        var school = await SchoolAsync();
        using var stranger = service.As(await service.PersonAsync("admin@itqan.example"));

        Assert.Equal((HttpStatusCode.NotFound, "class-not-found"),
            await PostAsync(stranger, school, new { email = "student01@itqan.example", role = "student", from = "2026-08-01" }));
    }

    [Fact]
    public async Task An_enrolment_ends_on_the_day_that_is_set_and_may_be_taken_up_again()
    {
        var school = await SchoolAsync();
        var path = await EnrolmentOfAsync(school, "one");

        using var ended = await EndAsync(school, path, "2026-09-30", "\"open\"");
        using var same = await EndAsync(school, path, "2026-09-30", ended.Headers.ETag!.Tag);
        using var before = await EndAsync(school, path, "2026-05-01", ended.Headers.ETag!.Tag);
        using var again = await EndAsync(school, path, null, (await BodyAsync(same)).GetProperty("etag").GetString());

        Assert.Equal("2026-09-30", (await BodyAsync(ended)).GetProperty("to").GetString());
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.BadRequest, HttpStatusCode.OK), (same.StatusCode, before.StatusCode, again.StatusCode));
        Assert.Equal(3, (await LastAsync(school)).Version);
    }

    [Fact]
    [Trait("Hostile", "57")]
    public async Task Who_has_not_seen_the_enrolment_as_it_is_does_not_change_it()
    {
        var school = await SchoolAsync();
        var path = await EnrolmentOfAsync(school, "one");

        using var blind = await EndAsync(school, path, "2026-09-30", seen: null);
        Assert.Equal((HttpStatusCode.PreconditionRequired, "precondition-required"), (blind.StatusCode, (await BodyAsync(blind)).GetProperty("code").GetString()));
        using var stale = await EndAsync(school, path, "2026-09-30", "\"2026-12-31\"");
        Assert.Equal((HttpStatusCode.PreconditionFailed, "enrolment-changed"), (stale.StatusCode, (await BodyAsync(stale)).GetProperty("code").GetString()));
        Assert.Equal(1, (await LastAsync(school)).Version);

        var answers = await Task.WhenAll(Enumerable.Range(1, 4).Select(day => EndAsync(school, path, $"2026-09-0{day}", "\"open\"")));
        Assert.Equal([HttpStatusCode.OK, .. Enumerable.Repeat(HttpStatusCode.PreconditionFailed, 3)], answers.Select(answer => answer.StatusCode).Order());
        Assert.Equal(2, (await LastAsync(school)).Version);
    }

    [Theory]
    [Trait("Hostile", "52")]
    [InlineData("{}")]
    [InlineData("""{"status":"present","academyId":"00000000-0000-0000-0000-000000000001","role":"teacher"}""")]
    [InlineData("""{"to":"soon"}""")]
    public async Task A_change_that_names_no_last_day_changes_nothing(string body)
    {
        var school = await SchoolAsync();
        var path = await EnrolmentOfAsync(school, "one");
        using var ended = await EndAsync(school, path, "2026-09-30", "*");
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        using var response = await school.Admin.PatchAsync(path, content, Ct);

        Assert.Equal((HttpStatusCode.BadRequest, "invalid-request"), (response.StatusCode, (await BodyAsync(response)).GetProperty("code").GetString()));
        Assert.Equal(2, (await LastAsync(school)).Version);
    }

    [Fact]
    public async Task Deleting_ends_today_and_removes_only_what_has_not_begun()
    {
        var school = await SchoolAsync();
        using var future = await school.Admin.PostAsJsonAsync(school.Enrolments, new { email = $"three@{school.Slug}.example", role = "student", from = "2999-01-01" }, Ct);

        using var removed = await school.Admin.DeleteAsync(new Uri($"{school.Enrolments}/{(await BodyAsync(future)).GetProperty("id").GetGuid()}", UriKind.Relative), Ct);
        using var ended = await school.Admin.DeleteAsync(await EnrolmentOfAsync(school, "one"), Ct);

        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NoContent), (removed.StatusCode, ended.StatusCode));
        var last = await LastAsync(school);
        Assert.Equal(3, last.Members.Count);
        Assert.Single(last.Members, member => member.To is not null);
    }

    [Theory]
    [InlineData("teacher", HttpStatusCode.Forbidden)]
    [InlineData("one", HttpStatusCode.Forbidden)]
    [InlineData("two", HttpStatusCode.NotFound)]
    public async Task Nobody_but_an_admin_ends_one(string who, HttpStatusCode status)
    {
        var school = await SchoolAsync();
        using var client = service.As(await service.PersonAsync($"{who}@{school.Slug}.example"));

        using var response = await client.DeleteAsync(await EnrolmentOfAsync(school, "one"), Ct);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(1, (await LastAsync(school)).Version);
    }

    [Fact]
    public async Task A_teacher_whose_enrolment_is_over_no_longer_sees_the_class()
    {
        var school = await SchoolAsync();
        Caller teacher = await service.PersonAsync($"teacher@{school.Slug}.example");
        using var client = service.As(teacher);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(school.Enrolments, Ct)).StatusCode);

        using var ended = await EndAsync(school, await EnrolmentOfAsync(school, "teacher"), "2026-06-30", "*");

        Assert.Equal(HttpStatusCode.OK, ended.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(school.Enrolments, Ct)).StatusCode);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private sealed record School(string Slug, Guid ClassId, HttpClient Admin)
    {
        public Uri Enrolments => new($"/api/v1/classes/{ClassId}/enrollments", UriKind.Relative);
    }

    private async Task<School> SchoolAsync()
    {
        var slug = Schools.NewSlug();
        var academy = Schools.Academy(slug);
        var outcome = await service.ImportAsync(Schools.Document(academy with
        {
            People =
            [
                .. academy.People!, new($"three@{slug}.example", "Stu Three", [Roles.Student]),
                new($"out@{slug}.example.evil.example", "Stu Outside", [Roles.Student]),
            ],
        }));
        Assert.True(outcome.Succeeded);
        return new School(slug, await service.ClassAsync($"{slug}-class"), service.As(await service.PersonAsync($"admin@{slug}.example")));
    }

    private static async Task<(HttpStatusCode Status, string? Code)> PostAsync(HttpClient client, School school, object request)
    {
        using var response = await client.PostAsJsonAsync(school.Enrolments, request, Ct);
        return (response.StatusCode, (await BodyAsync(response)).GetProperty("code").GetString());
    }

    private static async Task<HttpResponseMessage> EndAsync(School school, Uri path, string? to, string? seen)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, path) { Content = JsonContent.Create(new { to }) };
        if (seen is not null) request.Headers.TryAddWithoutValidation("If-Match", seen);
        return await school.Admin.SendAsync(request, Ct);
    }

    private async Task<Uri> EnrolmentOfAsync(School school, string who)
    {
        var ids = await service.OwnerQueryAsync<Guid>(
            "select e.id from enrolment e join person p on p.id = e.person_id where p.email = @email", new { email = $"{who}@{school.Slug}.example" });
        return new Uri($"{school.Enrolments}/{ids.Single()}", UriKind.Relative);
    }

    private async Task<ClassChanged> LastAsync(School school) =>
        (await service.HeardAsync()).OfType<ClassChanged>().Where(changed => changed.ClassId == school.ClassId).MaxBy(changed => changed.Version)!;

    private static Task<JsonElement> BodyAsync(HttpResponseMessage response) => response.Content.ReadFromJsonAsync<JsonElement>(Ct);
}
