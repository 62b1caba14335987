using System.Collections.Concurrent;
using Grpc.Core;
using Meetings.Contracts.Meetings.V1;
using Meetings.Contracts.Registrants.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Meetings.Registration.Tests.Registrants;

/// <summary>The Meeting service's gRPC door, over the wire: it registers everybody, unless a test says otherwise.</summary>
internal sealed class FakeMeetings : IAsyncDisposable
{
    private readonly ConcurrentQueue<RegisterRequest> _registered = new();
    private readonly ConcurrentQueue<UnregisterRequest> _unregistered = new();
    private WebApplication _app = null!;

    public string Address => _app.Urls.First();

    /// <summary>Of the meeting, what is found when somebody asks for it.</summary>
    public ConcurrentDictionary<string, Meeting> Known { get; } = new();

    /// <summary>Of the meeting, what is done instead of registering; null to go on as usual.</summary>
    public ConcurrentDictionary<string, Func<RegisterRequest, Task<RegisterResponse?>>> Instead { get; } = new();

    /// <summary>Of the meeting, whom the provider does not take off, and why.</summary>
    public ConcurrentDictionary<string, Func<string, Registrant?>> Remaining { get; } = new();

    /// <summary>Everybody that was asked for in a meeting, in the order of the calls.</summary>
    public IReadOnlyList<Guid> RegisteredIn(Guid meetingId) => [.. CallsFor(meetingId).SelectMany(call => call.People).Select(one => Guid.Parse(one.PersonId))];

    public IReadOnlyList<RegisterRequest> CallsFor(Guid meetingId) => [.. _registered.Where(call => call.MeetingId == meetingId.ToString())];

    public IReadOnlyList<Guid> UnregisteredFrom(Guid meetingId) =>
        [.. _unregistered.Where(call => call.MeetingId == meetingId.ToString()).SelectMany(call => call.PersonIds).Select(Guid.Parse)];

    public static async Task<FakeMeetings> StartAsync()
    {
        var meetings = new FakeMeetings();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http2));
        builder.Services.AddLogging();
        builder.Services.AddRouting();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(new Registrants(meetings));
        builder.Services.AddSingleton(new Directory(meetings));
        meetings._app = builder.Build();
        meetings._app.UseRouting();
        meetings._app.MapGrpcService<Registrants>();
        meetings._app.MapGrpcService<Directory>();
        await meetings._app.StartAsync();
        return meetings;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    public static Registrant Placed(Registree person) =>
        new() { PersonId = person.PersonId, Place = new Place { RegistrantId = $"r-{person.PersonId}", JoinUrl = $"https://zoom.example/w/1?tk={person.PersonId}" } };

    /// <summary>Everybody gets what the test says; null for a place.</summary>
    public static RegisterResponse Answer(RegisterRequest request, Func<Registree, Registrant?> of) => new()
    {
        Provider = "zoom", ProviderMeetingId = "84512093377", Registrants = { request.People.Select(person => of(person) ?? Placed(person)) },
    };

    private sealed class Registrants(FakeMeetings all) : MeetingRegistrants.MeetingRegistrantsBase
    {
        public override async Task<RegisterResponse> Register(RegisterRequest request, ServerCallContext context)
        {
            all._registered.Enqueue(request);
            return (all.Instead.TryGetValue(request.MeetingId, out var instead) ? await instead(request) : null) ?? Answer(request, _ => null);
        }

        public override Task<UnregisterResponse> Unregister(UnregisterRequest request, ServerCallContext context)
        {
            all._unregistered.Enqueue(request);
            var remaining = all.Remaining.TryGetValue(request.MeetingId, out var of) ? request.PersonIds.Select(of).OfType<Registrant>() : [];
            return Task.FromResult(new UnregisterResponse { Remaining = { remaining } });
        }
    }

    private sealed class Directory(FakeMeetings all) : MeetingDirectory.MeetingDirectoryBase
    {
        public override Task<Meeting> FindMeeting(FindMeetingRequest request, ServerCallContext context) =>
            all.Known.TryGetValue(request.MeetingId, out var found) ? Task.FromResult(found) : throw new RpcException(new Status(StatusCode.NotFound, "no such"));
    }
}
