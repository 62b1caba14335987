using System.Net;
using System.Text.Json.Nodes;
using Meetings.Meeting.Tests.Fakes;
using static Meetings.Meeting.Tests.MeetingService;

namespace Meetings.Meeting.Tests.Scheduling;

[Trait("Hostile", "58")]
public sealed class IdempotencyTests(MeetingService service) : IClassFixture<MeetingService>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_same_key_and_body_get_the_same_answer()
    {
        var request = service.Request(("title", "Once"), ("password", "geheim"));
        var first = await service.CreateAsync(service.School.Teacher, request, "key-1");

        var again = await service.CreateAsync(service.School.Teacher, request.DeepClone(), "key-1");

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Created), (first.StatusCode, again.StatusCode));
        Assert.Equal(await first.Content.ReadAsStringAsync(Ct), await again.Content.ReadAsStringAsync(Ct));
        Assert.Equal((first.Headers.Location, first.Headers.ETag), (again.Headers.Location, again.Headers.ETag));
        Assert.Single(service.Zoom.Creations, Titled("Once"));
    }

    [Fact]
    public async Task Another_body_under_the_key_is_refused()
    {
        await service.CreateAsync(service.School.Teacher, service.Request(("password", "one")), "key-2");

        foreach (var other in new[] { service.Request(("password", "one"), ("title", "Other")), service.Request(("password", "two")), service.Request() })
            await CreateMeetingTests.RefusedAsync(await service.CreateAsync(service.School.Teacher, other, "key-2"), HttpStatusCode.UnprocessableEntity, "idempotency-key-reused");
    }

    [Fact]
    public async Task Two_people_may_have_the_same_key()
    {
        var mine = await JsonAsync(await service.CreateAsync(service.School.Teacher, service.Request(), "key-3"));
        var theirs = await JsonAsync(await service.CreateAsync(service.School.Admin, service.Request(), "key-3"));

        Assert.NotEqual(Text(mine, "id"), Text(theirs, "id"));
    }

    [Fact]
    public async Task Eight_at_once_make_one_meeting_and_get_one_answer()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => service.CreateAsync(service.School.Teacher, service.Request(("title", "Eight")), "key-4")));

        var bodies = await Task.WhenAll(answers.Select(answer => answer.Content.ReadAsStringAsync(Ct)));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Created, answer.StatusCode));
        Assert.Single(bodies.Distinct());
        Assert.Single(service.Zoom.Creations, Titled("Eight"));
    }

    [Fact]
    public async Task Without_a_key_each_request_makes_a_meeting()
    {
        var (one, two) = (await service.MeetingAsync(), await service.MeetingAsync());

        Assert.NotEqual(Text(one, "id"), Text(two, "id"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("with space")]
    [InlineData("too-long")]
    public async Task A_key_that_is_none_is_refused(string key)
    {
        using var client = service.As(service.School.Teacher);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/meetings") { Content = System.Net.Http.Json.JsonContent.Create(service.Request()) };
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key == "too-long" ? new string('k', 256) : key);

        await CreateMeetingTests.RefusedAsync(await client.SendAsync(request, Ct), HttpStatusCode.BadRequest, "invalid-request");
    }

    [Fact]
    public async Task A_failed_attempt_leaves_the_key_free()
    {
        service.Zoom.Fault = async (call, context) =>
        {
            if (!call.Body.Contains("Second try", StringComparison.Ordinal)) return false;
            await FakeZoom.RefuseAsync(context, 400, 300, "no");
            return true;
        };
        await CreateMeetingTests.RefusedAsync(await service.CreateAsync(service.School.Teacher, service.Request(("title", "Second try")), "key-5"), HttpStatusCode.BadGateway, "provider-refused");
        service.Zoom.Fault = null;

        Assert.Equal(HttpStatusCode.Created, (await service.CreateAsync(service.School.Teacher, service.Request(("title", "Second try")), "key-5")).StatusCode);
    }

    [Theory]
    [Trait("Hostile", "78")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_a_crash_the_same_key_goes_on_where_it_stopped(bool zoomHasIt)
    {
        var title = $"Crash {zoomHasIt}";
        var request = service.Request(("title", title), ("roomId", $"crash-{zoomHasIt}"));
        var made = await JsonAsync(await service.CreateAsync(service.School.Teacher, request, $"crash-{zoomHasIt}"));
        var number = await UndoAsync(made, zoomHasIt);

        var resumed = await service.CreateAsync(service.School.Teacher, request.DeepClone(), $"crash-{zoomHasIt}");

        var meeting = await JsonAsync(resumed);
        Assert.Equal((HttpStatusCode.Created, Text(made, "id"), "ready"), (resumed.StatusCode, Text(meeting, "id"), Text(meeting, "state")));
        Assert.Equal(zoomHasIt, Text(meeting, "providerMeetingId") == number);
        Assert.Equal(zoomHasIt ? 1 : 2, service.Zoom.Creations.Count(call => Titled(title)(call)));
    }

    [Theory]
    [Trait("Hostile", "78")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_nobody_asks_for_again_is_adopted_or_removed(bool zoomHasIt)
    {
        var made = await service.MeetingAsync(("title", $"Left {zoomHasIt}"));
        var number = await UndoAsync(made, zoomHasIt);

        await service.HalfDone.RunAsync(Ct);

        using var client = service.As(service.School.Teacher);
        var answer = await client.GetAsync(new Uri($"/api/v1/meetings/{Text(made, "id")}", UriKind.Relative), Ct);
        Assert.Equal(zoomHasIt ? HttpStatusCode.OK : HttpStatusCode.NotFound, answer.StatusCode);
        if (!zoomHasIt) return;
        var adopted = await JsonAsync(answer);
        Assert.Equal((number, "ready"), (Text(adopted, "providerMeetingId"), Text(adopted, "state")));
    }

    [Fact]
    public async Task A_worker_at_work_is_not_disturbed()
    {
        var made = await service.MeetingAsync();
        await UndoAsync(made, zoomHasIt: true, lease: "30 seconds");

        await service.HalfDone.RunAsync(Ct);

        Assert.Equal("scheduled", Text(await service.GetAsync(service.School.Teacher, $"/{Text(made, "id")}"), "state"));
    }

    [Theory]
    [Trait("Hostile", "79")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_worker_that_was_taken_for_dead_makes_no_second_meeting(bool madeBeforeItStopped)
    {
        var title = $"Zombie {madeBeforeItStopped}";
        var stopped = new TaskCompletionSource();
        var wake = new TaskCompletionSource();
        service.Zoom.Fault = async (call, context) =>
        {
            if (call.Method != "POST" || !call.Body.Contains(title, StringComparison.Ordinal) || stopped.Task.IsCompleted) return false;
            var made = madeBeforeItStopped ? service.Zoom.Make(call.Body) : null;
            stopped.SetResult();
            await wake.Task;
            context.Response.StatusCode = 201;
            await Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, (made ?? service.Zoom.Make(call.Body)).ToJsonString(), Ct);
            return true;
        };
        var first = service.CreateAsync(service.School.Teacher, service.Request(("title", title)), title.Replace(' ', '-'));
        await stopped.Task.WaitAsync(TimeSpan.FromSeconds(10), Ct);
        await service.OwnerQueryAsync<int>("update meeting_creation set lease_until = now() - interval '1 second' where idempotency_key = @key", new { key = title.Replace(' ', '-') });

        var second = await service.CreateAsync(service.School.Teacher, service.Request(("title", title)), title.Replace(' ', '-'));
        wake.SetResult();

        var answer = await second.Content.ReadAsStringAsync(Ct);
        var number = Text((JsonObject)JsonNode.Parse(answer)!, "providerMeetingId");
        Assert.Equal(answer, await (await first).Content.ReadAsStringAsync(Ct));
        Assert.Equal([number], service.Zoom.MeetingsOf(title));
        service.Zoom.Fault = null;
    }

    /// <summary>As if the process had been killed between the provider's answer, or before it, and our commit.</summary>
    private async Task<string> UndoAsync(JsonObject made, bool zoomHasIt, string lease = "-10 minutes")
    {
        var id = Guid.Parse(Text(made, "id"));
        var number = Text(made, "providerMeetingId");
        await service.OwnerQueryAsync<int>(
            """
            update meeting set provider_meeting_id = null, join_url = null, state = 'scheduled', version = 0 where id = @id;
            insert into meeting_creation (meeting_id, owner_id, fingerprint, lease, lease_until) values (@id, @owner, '', gen_random_uuid(), now())
            on conflict (meeting_id) do nothing;
            update meeting_creation set answer = null, version = null, lease_until = now() + @lease::interval, created_at = now() - interval '10 minutes'
            where meeting_id = @id;
            """, new { id, owner = service.School.Teacher.PersonId, lease });
        if (!zoomHasIt) service.Zoom.Forget(number);
        return number;
    }

    private static Predicate<ZoomCall> Titled(string title) => call => (string?)JsonNode.Parse(call.Body)!["topic"] == title;
}
