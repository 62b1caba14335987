using System.Collections.Concurrent;
using Grpc.Core;
using Meetings.Contracts.Directory.V1;
using Meetings.Contracts.Meetings.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Meetings.Attendance.Tests.Service;

/// <summary>Registration and Meeting as seen over the wire: they know what a test told them, and remember what they were asked.</summary>
public sealed class FakePeers : IAsyncDisposable
{
    private WebApplication? _app;

    public ConcurrentDictionary<string, Academy> Academies { get; } = new();

    public ConcurrentDictionary<string, ClassWithPeople> Classes { get; } = new();

    public ConcurrentBag<Person> People { get; } = [];

    public ConcurrentBag<Meeting> Meetings { get; } = [];

    /// <summary>Rows by sitting; a sitting without an entry has no report.</summary>
    public ConcurrentDictionary<string, PastParticipant[]> Reports { get; } = new();

    public ConcurrentQueue<string> Questions { get; } = new();

    /// <summary>Reports are not answered before this is done.</summary>
    public Task Slow { get; set; } = Task.CompletedTask;

    /// <summary>How many reports are being asked for at this moment, and the most that ever were.</summary>
    public (int Now, int Most) Asking { get; private set; }

    public string Address { get; private set; } = "";

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        // The settings beside the test are those of whichever program was copied there last, and none of this one.
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(this);
        _app = builder.Build();
        _app.MapGrpcService<Directory>();
        _app.MapGrpcService<MeetingsOf>();
        await _app.StartAsync();
        Address = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null) await _app.DisposeAsync();
    }

    private void Ask(int more)
    {
        lock (Questions) Asking = (Asking.Now + more, Math.Max(Asking.Most, Asking.Now + more));
    }

    private static RpcException NotFound() => new(new Status(StatusCode.NotFound, "There is none."));

    private sealed class Directory(FakePeers peers) : SchoolDirectory.SchoolDirectoryBase
    {
        public override Task<Academy> GetAcademy(GetAcademyRequest request, ServerCallContext context)
        {
            peers.Questions.Enqueue($"academy {request.AcademyId}");
            return peers.Academies.TryGetValue(request.AcademyId, out var academy) ? Task.FromResult(academy) : throw NotFound();
        }

        public override Task<ClassWithPeople> GetClass(GetClassRequest request, ServerCallContext context)
        {
            peers.Questions.Enqueue($"class {request.ClassId}");
            return peers.Classes.TryGetValue(request.ClassId, out var told) ? Task.FromResult(told) : throw NotFound();
        }

        public override Task<LookUpPeopleResponse> LookUpPeople(LookUpPeopleRequest request, ServerCallContext context)
        {
            foreach (var whom in request.PersonIds.Concat(request.Emails)) peers.Questions.Enqueue($"person {whom}");
            var answer = new LookUpPeopleResponse();
            answer.People.AddRange(peers.People.Where(person => request.PersonIds.Contains(person.PersonId) || request.Emails.Contains(person.Email.ToLowerInvariant())));
            return Task.FromResult(answer);
        }
    }

    private sealed class MeetingsOf(FakePeers peers) : MeetingDirectory.MeetingDirectoryBase
    {
        public override Task<Meeting> FindMeeting(FindMeetingRequest request, ServerCallContext context)
        {
            peers.Questions.Enqueue($"meeting {request.MeetingId}{request.ProviderMeeting?.MeetingId}");
            return Task.FromResult(peers.Meetings.FirstOrDefault(meeting => request.ByCase == FindMeetingRequest.ByOneofCase.MeetingId
                ? meeting.MeetingId == request.MeetingId || meeting.RoomId == request.MeetingId
                : meeting.ProviderMeetingId == request.ProviderMeeting!.MeetingId) ?? throw NotFound());
        }

        public override async Task ListPastParticipants(
            ListPastParticipantsRequest request, IServerStreamWriter<PastParticipant> responseStream, ServerCallContext context)
        {
            peers.Questions.Enqueue($"report {request.SittingId}");
            peers.Ask(+1);
            try
            {
                await peers.Slow.WaitAsync(context.CancellationToken);
            }
            finally
            {
                peers.Ask(-1);
            }

            if (!peers.Reports.TryGetValue(request.SittingId, out var rows)) throw new RpcException(new Status(StatusCode.Unavailable, "Not now."));
            foreach (var row in rows) await responseStream.WriteAsync(row);
        }
    }
}
