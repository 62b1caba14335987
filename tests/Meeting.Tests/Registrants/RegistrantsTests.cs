using System.Text.Json.Nodes;
using Grpc.Core;
using Meetings.Contracts.Registrants.V1;
using Meetings.Contracts.Sittings;
using Meetings.Meeting.Tests.Fakes;
using Meetings.ServiceDefaults.Security;
using Meetings.Testing;
using Microsoft.AspNetCore.Http;
using static Meetings.Meeting.Tests.MeetingService;

namespace Meetings.Meeting.Tests.Registrants;

/// <summary>What Registration has done at Zoom: over gRPC, as it asks.</summary>
public sealed class RegistrantsTests : IClassFixture<MeetingService>, IDisposable
{
    private readonly MeetingService _service;
    private readonly School _school;
    private readonly RegistrantsClient _registrants;

    public RegistrantsTests(MeetingService service) => (_service, _school, _registrants) = (service, service.School, new RegistrantsClient(service));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _service.Zoom.Fault = null;
        _registrants.Dispose();
    }

    [Fact]
    [Trait("Acceptance", "S1-06")]
    [Trait("Acceptance", "S1-13")]
    public async Task Everybody_gets_a_registration_and_a_way_in_of_their_own()
    {
        var meeting = await _service.MeetingAsync();

        var answer = await RegisterAsync(meeting, _school.Student, _school.OtherStudent);

        Assert.Equal(("zoom", Text(meeting, "providerMeetingId")), (answer.Provider, answer.ProviderMeetingId));
        var places = answer.Registrants.Select(one => one.Place).ToList();
        Assert.Equal(2, places.Select(place => place.JoinUrl).Distinct().Count());
        var atZoom = _service.Zoom.RegistrantsOf(Text(meeting, "providerMeetingId"));
        Assert.Equal([atZoom[_school.Email(_school.Student)], atZoom[_school.Email(_school.OtherStudent)]], places.Select(place => place.RegistrantId));
    }

    [Fact]
    [Trait("Acceptance", "S1-05")]
    public async Task Who_is_registered_is_answered_without_asking_Zoom_again()
    {
        var meeting = await _service.MeetingAsync();
        var first = await RegisterAsync(meeting, _school.Student);
        var calls = Calls(meeting);

        Assert.Equal(first, await RegisterAsync(meeting, _school.Student));
        Assert.Equal(calls, Calls(meeting));
    }

    [Fact]
    [Trait("Acceptance", "S2-05")]
    [Trait("Acceptance", "S2-08")]
    public async Task Only_their_own_eyes_see_their_way_in()
    {
        var meeting = await _service.MeetingAsync();
        var place = (await RegisterAsync(meeting, _school.Student)).Registrants[0].Place;

        Assert.Equal(place.JoinUrl, Text(await _service.GetAsync(_school.Student, $"/{Text(meeting, "id")}"), "joinUrl"));
        var listed = await _service.GetAsync(_school.Student, "?limit=100");
        Assert.Equal(place.JoinUrl, listed["items"]!.AsArray().Single(one => (string?)one!["id"] == Text(meeting, "id"))!["joinUrl"]!.GetValue<string>());
        foreach (var other in new[] { _school.Teacher, _school.Admin, School.Super })
            Assert.Equal(Text(meeting, "joinUrl"), Text(await _service.GetAsync(other, $"/{Text(meeting, "id")}"), "joinUrl"));

        await using var session = await _service.Database.BeginAsync(_school.Admin, Ct);
        Assert.Equal(0, await session.ScalarAsync<long>("select count(*) from registrant", null, Ct));
    }

    [Fact]
    public async Task What_Zoom_tells_of_a_registration_is_told_of_the_person()
    {
        var meeting = await _service.MeetingAsync();
        var registrant = (await RegisterAsync(meeting, _school.Student)).Registrants[0].Place.RegistrantId;
        var at = TimeProvider.System.GetUtcNow();
        var sitting = await _service.OpenAsync(meeting);

        // Under an address that nobody here knows.
        var who = new ParticipantIdentity(RegistrantId: registrant, Email: "somebody@else.example");
        await _service.PublishAsync(new ParticipantJoined(Guid.NewGuid(), sitting, "c", who, at, at));

        using var client = _service.As(_school.Student);
        var place = await Eventually.Get(
            async () => (JsonObject)JsonNode.Parse(await client.GetStringAsync(new Uri($"/api/v1/meetings/{Text(meeting, "id")}/status", UriKind.Relative), Ct))!,
            place => place["joinedAt"] is not null, "the place to be told");
        Assert.Equal("admitted", Text(place, "status"));
    }

    [Theory]
    [Trait("Acceptance", "S1-17")]
    [InlineData(400, """{"code":300,"message":"Invalid email address: someone@school.example."}""", "provider-refused", "300", null)]
    [InlineData(404, """{"code":3001,"message":"Meeting does not exist."}""", "provider-refused", "3001", null)]
    [InlineData(404, """{"code":404,"message":"Registration has not been enabled."}""", "provider-refused", "404", null)]
    [InlineData(409, """{"code":3000,"message":"Conflict."}""", "provider-refused", "3000", null)]
    [InlineData(400, """{"code":200,"message":"Only for paid accounts."}""", "provider-refused", "200", null)]
    [InlineData(401, """{"code":124,"message":"Invalid access token."}""", "provider-refused", "124", null)]
    [InlineData(429, """{"code":429,"message":"You have reached the maximum per-second rate limit."}""", "provider-unavailable", null, "second")]
    [InlineData(429, """{"code":429,"message":"You have exceeded the daily rate limit (3) of Add meeting registrant API requests permitted for this particular registrant."}""", "provider-unavailable", null, "day")]
    [InlineData(500, """{"code":1,"message":"oops"}""", "provider-unavailable", null, null)]
    [InlineData(502, "<html>Bad gateway</html>", "provider-unavailable", null, null)]
    [InlineData(201, "", "provider-unavailable", null, null)]
    [InlineData(201, "{}", "provider-unavailable", null, null)]
    [InlineData(201, """{"registrant_id":"r","join_url":"javascript:alert(1)"}""", "provider-unavailable", null, null)]
    public async Task What_goes_wrong_with_one_is_told_of_that_one_and_stops_nobody(int status, string body, string code, string? providerCode, string? wait)
    {
        var meeting = await _service.MeetingAsync();
        _service.Zoom.Fault = async (call, context) =>
        {
            if (!call.Body.Contains(_school.Email(_school.Student), StringComparison.Ordinal)) return false;
            context.Response.StatusCode = status;
            context.Response.ContentType = body.StartsWith('<') ? "text/html" : "application/json";
            await context.Response.WriteAsync(body, Ct);
            return true;
        };

        var answer = await RegisterAsync(meeting, _school.Student, _school.OtherStudent);

        var (failed, fine) = (answer.Registrants[0], answer.Registrants[1]);
        Assert.NotNull(fine.Place);
        if (code is "provider-refused")
        {
            Assert.Equal((code, providerCode), (failed.Refusal.Code, failed.Refusal.ProviderCode));
        }
        else
        {
            Assert.Equal(code, failed.Postponement.Code);
            var after = failed.Postponement.After?.ToTimeSpan();
            if (wait is "second") Assert.Equal(TimeSpan.FromSeconds(1), after);
            if (wait is "day") Assert.InRange(after!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
            if (wait is null) Assert.Null(after);
        }

        // As if nothing had been.
        _service.Zoom.Fault = null;
        Assert.NotNull((await RegisterAsync(meeting, _school.Student)).Registrants[0].Place);
    }

    [Fact]
    public async Task A_Zoom_that_hangs_up_is_tried_again_later()
    {
        var meeting = await _service.MeetingAsync();
        _service.Zoom.Fault = (call, context) =>
        {
            if (!call.Target.EndsWith("/registrants", StringComparison.Ordinal)) return Task.FromResult(false);
            context.Abort();
            return Task.FromResult(true);
        };

        Assert.Equal("provider-unavailable", (await RegisterAsync(meeting, _school.Student)).Registrants[0].Postponement.Code);
    }

    [Fact]
    [Trait("Acceptance", "X18")]
    public async Task With_the_meeting_called_off_everybodys_own_way_in_is_gone()
    {
        var meeting = await _service.MeetingAsync();
        await RegisterAsync(meeting, _school.Student);

        (await _service.DoAsync(_school.Teacher, Text(meeting, "id"), "cancel")).EnsureSuccessStatusCode();

        Assert.Null((await _service.GetAsync(_school.Student, $"/{Text(meeting, "id")}"))["joinUrl"]);
        Assert.Empty(await _service.OwnerQueryAsync<Guid>("select person_id from registrant where meeting_id = @id", new { id = Guid.Parse(Text(meeting, "id")) }));
        Assert.Equal(StatusCode.FailedPrecondition, await FailsAsync(meeting, _school.Student));
        Assert.False(_service.Heard(Text(meeting, "id"))[^1].RegistrationEnabled);
    }

    [Fact]
    public async Task Called_off_while_Zoom_is_asked_nobody_is_registered()
    {
        var meeting = await _service.MeetingAsync();
        _service.Zoom.Fault = async (call, context) =>
        {
            if (!call.Target.EndsWith("/registrants", StringComparison.Ordinal)) return false;
            (await _service.DoAsync(_school.Teacher, Text(meeting, "id"), "cancel")).EnsureSuccessStatusCode();
            context.Response.StatusCode = 201;
            await context.Response.WriteAsJsonAsync(new JsonObject { ["registrant_id"] = "r", ["join_url"] = "https://us02web.zoom.us/w/1?tk=r" }, Ct);
            return true;
        };

        Assert.Equal(StatusCode.FailedPrecondition, await FailsAsync(meeting, _school.Student));
        Assert.Empty(await _service.OwnerQueryAsync<Guid>("select person_id from registrant where meeting_id = @id", new { id = Guid.Parse(Text(meeting, "id")) }));
    }

    [Fact]
    [Trait("Acceptance", "X14")]
    public async Task A_Zoom_that_never_answers_uses_up_nobodys_tries_and_the_answer_comes_in_time()
    {
        var meeting = await _service.MeetingAsync();
        var hang = new TaskCompletionSource();
        _service.Zoom.Fault = async (call, _) =>
        {
            if (!call.Body.Contains(_school.Email(_school.Student), StringComparison.Ordinal)) return false;
            await hang.Task;
            return false;
        };

        // As long as a sibling waits.
        var request = new RegisterRequest { MeetingId = Text(meeting, "id"), People = { Registree(_school.Student), Registree(_school.OtherStudent) } };
        var answer = await _registrants.RegisterAsync(request, deadline: DateTime.UtcNow.AddSeconds(10));
        hang.SetResult();

        Assert.Equal("provider-unavailable", answer.Registrants[0].Postponement.Code);
        Assert.NotNull(answer.Registrants[1].Place);
        Assert.Equal([0], await _service.OwnerQueryAsync<int>(
            "select used from provider_budget where key like @key", new { key = $"{Text(meeting, "providerMeetingId")}:{_school.Student.PersonId:N}" }));
    }

    [Fact]
    public async Task A_series_has_no_registration_since_Zoom_has_none_for_it()
    {
        var series = await _service.MeetingAsync(
            ("type", "recurring"), ("startsAt", "2027-01-04T06:00:00Z"), ("recurrence", new JsonObject { ["rule"] = "FREQ=WEEKLY;COUNT=3" }));

        Assert.False((bool)series["registrationEnabled"]!);
        Assert.True((bool)(await _service.MeetingAsync())["registrationEnabled"]!);
        Assert.Equal(StatusCode.FailedPrecondition, await FailsAsync(series, _school.Student));
    }

    [Fact]
    [Trait("Hostile", "70")]
    public async Task What_makes_no_sense_is_refused_and_only_services_may_ask()
    {
        var meeting = await _service.MeetingAsync();
        var many = new RegisterRequest { MeetingId = Text(meeting, "id") };
        many.People.AddRange(Enumerable.Range(0, 31).Select(_ => Registree(_school.Student)));

        Assert.Equal(StatusCode.InvalidArgument, await FailsAsync(many));
        Assert.Equal(StatusCode.InvalidArgument, await FailsAsync(new RegisterRequest { MeetingId = "x" }));
        Assert.Equal(StatusCode.InvalidArgument, await FailsAsync(new RegisterRequest { MeetingId = Text(meeting, "id"), People = { new Registree() } }));
        Assert.Equal(StatusCode.NotFound, await FailsAsync(new RegisterRequest { MeetingId = Guid.NewGuid().ToString() }));
        var person = await Assert.ThrowsAsync<RpcException>(() => _registrants.RegisterAsync(new RegisterRequest { MeetingId = Text(meeting, "id") }, TestTokens.For(_school.Admin)));
        Assert.Equal(StatusCode.Unauthenticated, person.StatusCode);
    }

    private async Task<StatusCode> FailsAsync(JsonObject meeting, Caller person) =>
        (await Assert.ThrowsAsync<RpcException>(() => RegisterAsync(meeting, person))).StatusCode;

    private async Task<StatusCode> FailsAsync(RegisterRequest request) =>
        (await Assert.ThrowsAsync<RpcException>(() => _registrants.RegisterAsync(request))).StatusCode;

    private Task<RegisterResponse> RegisterAsync(JsonObject meeting, params Caller[] people) => _registrants.RegisterAsync(meeting, people);

    private Registree Registree(Caller person) => _registrants.Registree(person);

    private int Calls(JsonObject meeting) => _service.Zoom.Calls.Count(call => call.Target.EndsWith($"/{Text(meeting, "providerMeetingId")}/registrants", StringComparison.Ordinal));
}
