using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Meetings.Contracts.Directory;
using Xunit;

namespace Meetings.Registration.Tests;

/// <summary>The public API, over HTTP, with the tokens of the demo school's people.</summary>
public sealed class DirectoryApiTests(RegistrationService service) : IClassFixture<RegistrationService>
{
    [Theory]
    [InlineData("/api/v1/academies")]
    [InlineData("/api/v1/users")]
    [InlineData("/api/v1/classes")]
    public async Task Without_a_token_nothing_is_told(string path)
    {
        using var response = await service.As(null).GetAsync(new Uri(path, UriKind.Relative), Ct);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("unauthenticated", (await BodyAsync(response)).GetProperty("code").GetString());
    }

    [Fact]
    public async Task An_admin_pages_through_the_students()
    {
        var page = await GetAsync("admin@r1.deped.gov.ph", "users?role=student&limit=15&offset=30");

        Assert.Equal((40, 15, 30, 10),
            (page.GetProperty("total").GetInt32(), page.GetProperty("limit").GetInt32(), page.GetProperty("offset").GetInt32(), page.GetProperty("items").GetArrayLength()));
        Assert.All(page.GetProperty("items").EnumerateArray(), person => Assert.EndsWith("@r1.deped.gov.ph", person.GetProperty("email").GetString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_class_lists_its_people_for_its_teacher_only()
    {
        var id = await DemoClassAsync();

        Assert.Equal(41, (await GetAsync("teacher@r1.deped.gov.ph", $"users?classId={id}")).GetProperty("total").GetInt32());
        Assert.Equal(0, (await GetAsync("teacher2@r1.deped.gov.ph", $"users?classId={id}")).GetProperty("total").GetInt32());
        Assert.Equal(0, (await GetAsync("admin@itqan.example", $"users?classId={id}")).GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task A_student_sees_themselves_and_the_teacher_whose_address_stays_hidden()
    {
        var page = await GetAsync("student02@r1.deped.gov.ph", "users");

        var people = page.GetProperty("items").EnumerateArray()
            .ToDictionary(person => person.GetProperty("roles")[0].GetString()!, person => person.GetProperty("email").GetString());
        Assert.Equal(2, people.Count);
        Assert.Equal(("student02@r1.deped.gov.ph", null), (people[Roles.Student], people[Roles.Teacher]));
    }

    [Fact]
    public async Task A_student_sees_their_class_without_the_roster()
    {
        var id = await DemoClassAsync();

        var seen = await GetAsync("student01@r1.deped.gov.ph", $"classes/{id}");
        var roster = await GetAsync("student01@r1.deped.gov.ph", $"classes/{id}/enrollments");

        Assert.Equal(("Grade 7 Mathematics", "class", JsonValueKind.Null),
            (seen.GetProperty("name").GetString(), seen.GetProperty("kind").GetString(), seen.GetProperty("studentCount").ValueKind));
        Assert.Equal("Maria Luisa Santos", Assert.Single(seen.GetProperty("teachers").EnumerateArray()).GetProperty("name").GetString());
        Assert.Equal(["teacher", "student"], roster.GetProperty("items").EnumerateArray().Select(row => row.GetProperty("role").GetString()));
    }

    [Fact]
    public async Task The_teacher_sees_the_whole_roster_with_its_dates()
    {
        var id = await DemoClassAsync();

        var roster = await GetAsync("teacher@r1.deped.gov.ph", $"classes/{id}/enrollments?limit=100");

        Assert.Equal(41, roster.GetProperty("items").GetArrayLength());
        Assert.All(roster.GetProperty("items").EnumerateArray(), row => Assert.Equal(
            ("2026-06-01", JsonValueKind.Null), (row.GetProperty("from").GetString(), row.GetProperty("to").ValueKind)));
        Assert.Equal(40, (await GetAsync("teacher@r1.deped.gov.ph", $"classes/{id}")).GetProperty("studentCount").GetInt32());
    }

    [Fact]
    public async Task A_parent_sees_their_child_and_the_childs_class()
    {
        var parent = await service.PersonAsync("parent01@r1.deped.gov.ph");

        var children = await GetAsync("parent01@r1.deped.gov.ph", $"users/{parent.PersonId}/children");
        var classes = await GetAsync("parent01@r1.deped.gov.ph", "classes");

        var child = Assert.Single(children.GetProperty("items").EnumerateArray());
        Assert.Equal(("Althea Mae Agustin", JsonValueKind.Null), (child.GetProperty("name").GetString(), child.GetProperty("email").ValueKind));
        Assert.Equal("Grade 7 Mathematics", Assert.Single(classes.GetProperty("items").EnumerateArray()).GetProperty("name").GetString());
    }

    [Fact]
    [Trait("Hostile", "51")]
    public async Task Another_academys_and_missing_things_get_the_same_answer()
    {
        var student = (await service.PersonAsync("student01@r1.deped.gov.ph")).PersonId;
        var id = await DemoClassAsync();

        foreach (var (known, missing) in new[]
        {
            ($"users/{student}", $"users/{Guid.NewGuid()}"),
            ($"users/{student}/children", $"users/{Guid.NewGuid()}/children"),
            ($"classes/{id}", $"classes/{Guid.NewGuid()}"),
            ($"classes/{id}/enrollments", $"classes/{Guid.NewGuid()}/enrollments"),
        })
        {
            Assert.Equal(await RefusalAsync("admin@itqan.example", missing), await RefusalAsync("admin@itqan.example", known));
            Assert.Equal(HttpStatusCode.NotFound, (await RefusalAsync("admin@itqan.example", known)).Status);
        }

        // Inside the academy too: a parent and another's child, a student and a classmate.
        var other = (await service.PersonAsync("student02@r1.deped.gov.ph")).PersonId;
        Assert.Equal(HttpStatusCode.NotFound, (await RefusalAsync("parent01@r1.deped.gov.ph", $"users/{other}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await RefusalAsync("student01@r1.deped.gov.ph", $"users/{other}")).Status);
    }

    [Fact]
    public async Task Children_are_for_the_parent_and_for_staff()
    {
        var teacher = (await service.PersonAsync("teacher@r1.deped.gov.ph")).PersonId;

        Assert.Equal((HttpStatusCode.Forbidden, "forbidden"), await RefusalAsync("student01@r1.deped.gov.ph", $"users/{teacher}/children"));
        Assert.Equal(0, (await GetAsync("supervisor@r1.deped.gov.ph", $"users/{teacher}/children")).GetProperty("total").GetInt32());
    }

    [Theory]
    [Trait("Hostile", "55")]
    [Trait("Hostile", "56")]
    [InlineData("users?role=king", 400)]
    [InlineData("users?role=student'%20or%201=1--", 400)]
    [InlineData("users?classId=1%20or%201=1", 400)]
    [InlineData("users?limit=abc", 400)]
    [InlineData("users?offset=9223372036854775808", 400)]
    [InlineData("users/not-an-id", 404)]
    public async Task Nonsense_is_refused_with_a_problem(string path, int status)
    {
        var (actual, code) = await RefusalAsync("admin@r1.deped.gov.ph", path);

        Assert.Equal((status, status == 400 ? "invalid-request" : "not-found"), ((int)actual, code));
    }

    [Fact]
    [Trait("Hostile", "55")]
    public async Task Paging_beyond_the_bounds_is_clamped()
    {
        var page = await GetAsync("admin@r1.deped.gov.ph", "users?limit=1000000000&offset=-5");

        Assert.Equal((100, 0, 45), (page.GetProperty("limit").GetInt32(), page.GetProperty("offset").GetInt32(), page.GetProperty("items").GetArrayLength()));
    }

    [Fact]
    public async Task The_super_admin_sees_every_academy_and_an_admin_their_own()
    {
        Assert.Equal(2, (await GetAsync("super@meetings.example", "academies")).GetProperty("total").GetInt32());
        var own = Assert.Single((await GetAsync("admin@itqan.example", "academies")).GetProperty("items").EnumerateArray());
        Assert.Equal(("itqan", "academy-80-30"), (own.GetProperty("slug").GetString(), own.GetProperty("attendancePolicy").GetString()));
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private Task<Guid> DemoClassAsync() => service.ClassAsync("grade-7-mathematics");

    private async Task<JsonElement> GetAsync(string email, string path)
    {
        using var client = service.As(await service.PersonAsync(email));
        using var response = await client.GetAsync(new Uri($"/api/v1/{path}", UriKind.Relative), Ct);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await BodyAsync(response);
    }

    private async Task<(HttpStatusCode Status, string? Code)> RefusalAsync(string email, string path)
    {
        using var client = service.As(await service.PersonAsync(email));
        using var response = await client.GetAsync(new Uri($"/api/v1/{path}", UriKind.Relative), Ct);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        return (response.StatusCode, (await BodyAsync(response)).GetProperty("code").GetString());
    }

    private static Task<JsonElement> BodyAsync(HttpResponseMessage response) => response.Content.ReadFromJsonAsync<JsonElement>(Ct);
}
