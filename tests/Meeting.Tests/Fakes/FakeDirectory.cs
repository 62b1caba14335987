using Grpc.Core;
using Meetings.Contracts.Directory.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Meetings.Meeting.Tests.Fakes;

/// <summary>The Registration service's gRPC door, over the wire.</summary>
internal sealed class FakeDirectory : SchoolDirectory.SchoolDirectoryBase, IAsyncDisposable
{
    private WebApplication _app = null!;
    private int _questions;

    public IDictionary<string, Academy> Academies { get; } = new Dictionary<string, Academy>();

    public IDictionary<string, Person> People { get; } = new Dictionary<string, Person>();

    public IDictionary<string, Class> Classes { get; } = new Dictionary<string, Class>();

    public bool IsDown { get; set; }

    public int Questions => _questions;

    public string Address => _app.Urls.First();

    public static async Task<FakeDirectory> StartAsync()
    {
        var directory = new FakeDirectory();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http2));
        builder.Services.AddLogging();
        builder.Services.AddRouting();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(directory);
        directory._app = builder.Build();
        directory._app.UseRouting();
        directory._app.MapGrpcService<FakeDirectory>();
        await directory._app.StartAsync();
        return directory;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    public override Task<Academy> GetAcademy(GetAcademyRequest request, ServerCallContext context) => Answer(Academies, request.AcademyId);

    public override async Task<ClassWithPeople> GetClass(GetClassRequest request, ServerCallContext context)
    {
        var found = await Answer(Classes, request.ClassId);
        var answer = new ClassWithPeople { Class = found };
        answer.People.AddRange(found.Members.Select(member => People[member.PersonId]));
        return answer;
    }

    public override Task<LookUpPeopleResponse> LookUpPeople(LookUpPeopleRequest request, ServerCallContext context)
    {
        Ask();
        var answer = new LookUpPeopleResponse();
        answer.People.AddRange(request.PersonIds.Where(People.ContainsKey).Select(id => People[id]));
        return Task.FromResult(answer);
    }

    private Task<T> Answer<T>(IDictionary<string, T> all, string id)
    {
        Ask();
        return all.TryGetValue(id, out var found) ? Task.FromResult(found) : throw new RpcException(new Status(StatusCode.NotFound, "no such"));
    }

    private void Ask()
    {
        Interlocked.Increment(ref _questions);
        if (IsDown) throw new RpcException(new Status(StatusCode.Unavailable, "down"));
    }
}
