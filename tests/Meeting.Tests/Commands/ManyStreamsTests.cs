using System.Net;
using Meetings.Contracts.Directory;
using Meetings.Meeting.Tests.Scheduling;
using Meetings.ServiceDefaults.Security;
using Meetings.Testing;
using static Meetings.Meeting.Tests.Commands.CommandRoom;

namespace Meetings.Meeting.Tests.Commands;

public sealed class ManyStreamsTests(PatientRoom room) : IClassFixture<PatientRoom>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Hostile", "29")]
    public async Task A_thousand_idle_streams_keep_nobody_out_and_all_hear_the_next_command()
    {
        var id = await room.MeetingAsync(("audience", "all"));
        var clients = Enumerable.Range(0, 1000).Select(_ => new ModelClient()).ToArray();
        var streams = new EventStream[clients.Length];
        try
        {
            await Parallel.ForEachAsync(Enumerable.Range(0, clients.Length), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Ct }, async (n, _) =>
            {
                var student = new Caller(Guid.NewGuid(), room.School.AcademyId, [Roles.Student]);
                streams[n] = await EventStream.OpenAsync(As(student, n % 2 == 0 ? room.North : room.South), id, clients[n].Hear);
            });

            await room.Service.MeetingAsync();
            await room.GiveAsync(id, Announce("wake up"));

            await Eventually.Holds(() => Task.FromResult(clients.All(client => client.Acted.SequenceEqual([1L]))), "all of them to hear it", TimeSpan.FromMinutes(2));
            await Eventually.Holds(() => Task.FromResult(streams.All(stream => stream.Beats > 0)), "a sign of life on each", TimeSpan.FromMinutes(1));
            Assert.All(streams, stream => Assert.Null(stream.Ended));
        }
        finally
        {
            foreach (var stream in streams) if (stream is not null) await stream.DisposeAsync();
        }
    }

    [Fact]
    [Trait("Hostile", "29")]
    public async Task One_person_listens_in_twenty_places_and_not_in_more_until_one_is_given_up()
    {
        var id = await room.MeetingAsync();
        var streams = new List<EventStream>();
        try
        {
            for (var n = 0; n < 20; n++) streams.Add(await EventStream.OpenAsync(As(room.School.Student, room.North), id));
            using var client = As(room.School.Student, room.North);
            var path = new Uri($"/api/v1/meetings/{id}/stream", UriKind.Relative);
            await CreateMeetingTests.RefusedAsync(await client.GetAsync(path, Ct), HttpStatusCode.TooManyRequests, "too-many-streams");
            await CreateMeetingTests.RefusedAsync(await PollAsync(id, room.School.Student, room.North, "?wait=5"), HttpStatusCode.TooManyRequests, "too-many-streams");
            await using var hub = await HubClient.OpenAsync(room.North.Rest, room.School.Student);
            Assert.Contains("too-many-streams", (string)(await hub.CallAsync("Join", id, 0))["error"]!, StringComparison.Ordinal);
            await using (await EventStream.OpenAsync(As(room.School.Teacher, room.North), id))
            {
            }

            await streams[0].DisposeAsync();
            streams.RemoveAt(0);
            await Eventually.Holds(async () =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, path);
                using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ct);
                return answer.StatusCode == HttpStatusCode.OK;
            }, "a place to be free again");
        }
        finally
        {
            foreach (var stream in streams) await stream.DisposeAsync();
        }
    }
}
