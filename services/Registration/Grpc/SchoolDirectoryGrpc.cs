using Grpc.Core;
using Meetings.Contracts.Directory;
using Meetings.Contracts.Directory.V1;
using Meetings.Registration.Publishing;
using Meetings.ServiceDefaults.Data;

namespace Meetings.Registration.Grpc;

/// <summary>Answers sibling services that miss something in their read copies: the same states, with the same versions, as the events carry.</summary>
internal sealed class SchoolDirectoryGrpc(Database database) : SchoolDirectory.SchoolDirectoryBase
{
    private const int MaxLookUp = 1000;
    private const int PageSize = 500;

    public override async Task<Academy> GetAcademy(GetAcademyRequest request, ServerCallContext context)
    {
        var id = Id(request.AcademyId, "academy_id");
        await using var session = await database.BeginAsServiceAsync(context.CancellationToken);
        var found = await DirectoryReader.AcademiesAsync(session, [id], context.CancellationToken);
        return found is [var academy] ? academy.ToProto() : throw NotFound("academy");
    }

    public override async Task<LookUpPeopleResponse> LookUpPeople(LookUpPeopleRequest request, ServerCallContext context)
    {
        if (request.PersonIds.Count + request.Emails.Count > MaxLookUp) throw Invalid($"more than {MaxLookUp} people were asked for");

        var ids = request.PersonIds.Select(id => Id(id, "person_ids")).ToArray();
        // What is no address is nobody's.
        var emails = request.Emails.Select(text => EmailAddress.TryParse(text, out var email) ? email.Value : null).OfType<string>().ToArray();
        Guid? academyId = request.AcademyId.Length > 0 ? Id(request.AcademyId, "academy_id") : null;

        await using var session = await database.BeginAsServiceAsync(context.CancellationToken);
        var people = await DirectoryReader.PeopleAsync(session, LookUp, new { ids, emails, academyId }, context.CancellationToken);
        return new LookUpPeopleResponse { People = { people.Select(DirectoryProtos.ToProto) } };
    }

    public override async Task<ClassWithPeople> GetClass(GetClassRequest request, ServerCallContext context)
    {
        var id = Id(request.ClassId, "class_id");
        await using var session = await database.BeginAsServiceAsync(context.CancellationToken);
        if (await DirectoryReader.ClassesAsync(session, [id], context.CancellationToken) is not [var found]) throw NotFound("class");

        var members = found.Members.Select(member => member.PersonId).Distinct().ToArray();
        var people = await DirectoryReader.PeopleAsync(session, members, context.CancellationToken);
        return new ClassWithPeople { Class = found.ToProto(), People = { people.Select(DirectoryProtos.ToProto) } };
    }

    public override async Task ListPeople(ListPeopleRequest request, IServerStreamWriter<Person> responseStream, ServerCallContext context)
    {
        var academyId = Id(request.AcademyId, "academy_id");

        // The client hears that the call was accepted before the first page is read.
        await context.WriteResponseHeadersAsync([]);

        var after = Guid.Empty;
        IReadOnlyList<PersonChanged> page;
        do
        {
            // A transaction for a page: none is open while a slow client reads.
            await using (var session = await database.BeginAsServiceAsync(context.CancellationToken))
            {
                page = await DirectoryReader.PeopleAsync(session, NextPage, new { academyId, after, PageSize }, context.CancellationToken);
            }

            foreach (var person in page)
            {
                await responseStream.WriteAsync(person.ToProto(), context.CancellationToken);
                after = person.PersonId;
            }
        }
        while (page.Count == PageSize);
    }

    private static Guid Id(string text, string field) => Guid.TryParse(text, out var id) ? id : throw Invalid($"{field} is no id");

    private static RpcException Invalid(string detail) => new(new Status(StatusCode.InvalidArgument, detail));

    private static RpcException NotFound(string what) => new(new Status(StatusCode.NotFound, $"There is no such {what}."));

    private const string LookUp = "(p.id = any(@ids) or p.email = any(@emails)) and (@academyId::uuid is null or p.academy_id = @academyId)";

    private const string NextPage = "p.academy_id = @academyId and p.id > @after order by p.id limit @PageSize";
}
