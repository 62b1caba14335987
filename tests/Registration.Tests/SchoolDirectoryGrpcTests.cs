using Grpc.Core;
using Grpc.Net.Client;
using Meetings.Contracts.Directory;
using Meetings.Contracts.Directory.V1;
using Meetings.Registration.Import;
using Meetings.Testing;
using Xunit;

namespace Meetings.Registration.Tests;

/// <summary>What sibling services ask, over real HTTP/2 without TLS and with a service's token.</summary>
public sealed class SchoolDirectoryGrpcTests(RegistrationService service) : IClassFixture<RegistrationService>
{
    [Fact]
    public async Task An_academy_is_told_as_it_was_published()
    {
        using var channel = Channel();

        var academy = await Client(channel).GetAcademyAsync(new GetAcademyRequest { AcademyId = DirectoryIds.Academy("demo").ToString() }, AsService(), cancellationToken: Ct);

        Assert.Equal(("demo", 1L, "Asia/Manila", "r1.deped.gov.ph", "deped-15"),
            (academy.Slug, academy.Version, academy.TimeZone, Assert.Single(academy.EmailDomains), academy.AttendancePolicy));
    }

    [Fact]
    public async Task People_are_found_by_id_and_by_address_in_any_case()
    {
        using var channel = Channel();
        var teacher = await service.PersonAsync("teacher@r1.deped.gov.ph");
        var request = new LookUpPeopleRequest
        {
            PersonIds = { teacher.PersonId.ToString(), Guid.NewGuid().ToString() },
            Emails = { "PARENT01@r1.deped.gov.ph", "nobody@r1.deped.gov.ph", "no address" },
        };

        var found = await Client(channel).LookUpPeopleAsync(request, AsService(), cancellationToken: Ct);

        var people = found.People.ToDictionary(person => person.Email);
        Assert.Equal(2, people.Count);
        Assert.Equal(teacher.PersonId.ToString(), people["teacher@r1.deped.gov.ph"].PersonId);
        Assert.Equal((await service.PersonAsync("student01@r1.deped.gov.ph")).PersonId.ToString(), Assert.Single(people["parent01@r1.deped.gov.ph"].Children));
    }

    [Fact]
    public async Task An_academy_narrows_the_search_and_a_super_admin_belongs_to_none()
    {
        using var channel = Channel();
        var request = new LookUpPeopleRequest { Emails = { "teacher@itqan.example", "super@meetings.example" } };

        var everywhere = await Client(channel).LookUpPeopleAsync(request, AsService(), cancellationToken: Ct);
        request.AcademyId = DirectoryIds.Academy("demo").ToString();
        var inDemo = await Client(channel).LookUpPeopleAsync(request, AsService(), cancellationToken: Ct);

        Assert.Equal((2, 0), (everywhere.People.Count, inDemo.People.Count));
        Assert.Equal("", Assert.Single(everywhere.People, person => person.Roles.Contains(Roles.SuperAdmin)).AcademyId);
    }

    [Fact]
    public async Task A_class_comes_with_its_roster_and_its_people()
    {
        using var channel = Channel();

        var found = await Client(channel).GetClassAsync(
            new GetClassRequest { ClassId = (await service.ClassAsync("grade-7-mathematics")).ToString() }, AsService(), cancellationToken: Ct);

        Assert.Equal((41, 41, "class", ""), (found.Class.Members.Count, found.People.Count, found.Class.Kind, found.Class.AttendancePolicy));
        Assert.All(found.Class.Members, member => Assert.Equal(("2026-06-01", ""), (member.From, member.To)));
    }

    [Fact]
    public async Task Everyone_of_an_academy_comes_as_a_stream_beyond_one_page()
    {
        using var channel = Channel();
        var slug = Schools.NewSlug();
        var academy = Schools.Academy(slug);
        await service.ImportAsync(Schools.Document(academy with
        {
            People = [.. academy.People!, .. Enumerable.Range(0, 1200).Select(n => new SchoolDocument.Person($"p{n}@{slug}.example", $"Person {n}", [Roles.Student]))],
        }));

        using var call = Client(channel).ListPeople(new ListPeopleRequest { AcademyId = DirectoryIds.Academy(slug).ToString() }, AsService(), cancellationToken: Ct);
        await call.ResponseHeadersAsync;
        var seen = new HashSet<string>();
        while (await call.ResponseStream.MoveNext(Ct)) Assert.True(seen.Add(call.ResponseStream.Current.PersonId));

        Assert.Equal(1205, seen.Count);
    }

    [Fact]
    [Trait("Hostile", "70")]
    public async Task Bad_questions_get_the_right_status()
    {
        using var channel = Channel();
        var client = Client(channel);
        var tooMany = new LookUpPeopleRequest { Emails = { Enumerable.Range(0, 1001).Select(n => $"p{n}@x.example") } };

        Assert.Equal(StatusCode.InvalidArgument, await StatusOfAsync(client.LookUpPeopleAsync(tooMany, AsService(), cancellationToken: Ct).ResponseAsync));
        Assert.Equal(StatusCode.InvalidArgument, await StatusOfAsync(client.GetAcademyAsync(new() { AcademyId = "' or 1=1" }, AsService(), cancellationToken: Ct).ResponseAsync));
        Assert.Equal(StatusCode.NotFound, await StatusOfAsync(client.GetAcademyAsync(new() { AcademyId = Guid.NewGuid().ToString() }, AsService(), cancellationToken: Ct).ResponseAsync));
        Assert.Equal(StatusCode.NotFound, await StatusOfAsync(client.GetClassAsync(new() { ClassId = Guid.NewGuid().ToString() }, AsService(), cancellationToken: Ct).ResponseAsync));
    }

    [Fact]
    [Trait("Hostile", "70")]
    public async Task Only_our_services_are_answered()
    {
        using var channel = Channel();
        var request = new GetAcademyRequest { AcademyId = DirectoryIds.Academy("demo").ToString() };
        var admin = new Metadata { { "authorization", $"Bearer {TestTokens.For(await service.PersonAsync("super@meetings.example"))}" } };

        Assert.Equal(StatusCode.Unauthenticated, await StatusOfAsync(Client(channel).GetAcademyAsync(request, cancellationToken: Ct).ResponseAsync));
        Assert.Equal(StatusCode.Unauthenticated, await StatusOfAsync(Client(channel).GetAcademyAsync(request, admin, cancellationToken: Ct).ResponseAsync));
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private GrpcChannel Channel() => GrpcChannel.ForAddress(service.Host.Grpc);

    private static SchoolDirectory.SchoolDirectoryClient Client(GrpcChannel channel) => new(channel);

    private static Metadata AsService() => new() { { "authorization", $"Bearer {TestTokens.ForService()}" } };

    private static async Task<StatusCode> StatusOfAsync<T>(Task<T> call) => (await Assert.ThrowsAsync<RpcException>(() => call)).StatusCode;
}
