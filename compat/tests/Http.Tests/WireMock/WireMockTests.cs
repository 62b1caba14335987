using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using WireMock.Matchers;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace Compat.Http.Tests.WireMock;

public sealed class WireMockTests : IDisposable
{
    private readonly WireMockServer _server = WireMockServer.Start();
    private readonly HttpClient _client;

    public WireMockTests() => _client = _server.CreateClient();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static IResponseBuilder Says(string body) => Response.Create().WithBody(body);

    [Fact]
    public async Task What_is_not_mapped_is_not_found()
    {
        var response = await _client.GetAsync("/x", Ct);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("""{"Status":"No matching mapping found"}""", await response.Content.ReadAsStringAsync(Ct));
    }

    [Fact]
    public async Task Status_headers_and_body_are_as_told()
    {
        _server.Given(Request.Create().WithPath("/a").UsingPost()).RespondWith(
            Response.Create().WithStatusCode(HttpStatusCode.Accepted).WithHeader("X-A", "1", "2").WithBodyAsJson(new { Name = "ü", Nothing = (string?)null }));
        var response = await _client.PostAsync("/a", null, Ct);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(["1", "2"], response.Headers.GetValues("X-A"));
        Assert.Equal("""{"Name":"ü","Nothing":null}""", await response.Content.ReadAsStringAsync(Ct));
        Assert.Equal(HttpStatusCode.NotFound, (await _client.GetAsync("/a", Ct)).StatusCode);
    }

    [Fact]
    public async Task All_conditions_must_hold()
    {
        _server.Given(Request.Create().WithPath("/users/*", "/people/*").UsingGet().WithParam("page", "2").WithParam("q").WithHeader("Authorization", "bearer *")).RespondWith(Says("ok"));

        async Task<HttpStatusCode> Status(string address, string? token = "Bearer x")
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { { "Authorization", token } } };
            return (await _client.SendAsync(request, Ct)).StatusCode;
        }

        Assert.Equal(HttpStatusCode.OK, await Status("/users/1?page=2&q"));
        Assert.Equal(HttpStatusCode.OK, await Status("/people/1/more?q=1&page=2"));
        Assert.Equal(HttpStatusCode.NotFound, await Status("/users/1?page=2"));
        Assert.Equal(HttpStatusCode.NotFound, await Status("/users/1?page=3&q"));
        Assert.Equal(HttpStatusCode.NotFound, await Status("/users/1?page=2&page=3&q"));
        Assert.Equal(HttpStatusCode.NotFound, await Status("/Users/1?page=2&q"));
        Assert.Equal(HttpStatusCode.NotFound, await Status("/users/1?page=2&q", "Basic x"));
    }

    [Theory]
    [InlineData("""{"b":[1,2],"a":{"x":"y"}}""", "json exact partial path deep filter regex")]
    [InlineData("""{"b":[2,1,3],"a":{"x":"y"},"c":1}""", "partial path deep filter regex")]
    [InlineData("""{"b":[1],"a":{"x":"z"}}""", "deep regex")]
    [InlineData("not json but x", "regex")]
    public async Task Bodies_are_matched_in_several_ways(string body, string expected)
    {
        var expectedJson = """{"a":{"x":"y"},"b":[1,2]}""";
        var matchers = new Dictionary<string, IRequestBuilder>
        {
            ["json"] = Request.Create().WithBodyAsJson(new { a = new { x = "y" }, b = new[] { 1, 2 } }),
            ["exact"] = Request.Create().WithBody(new JsonMatcher(expectedJson)),
            ["partial"] = Request.Create().WithBody(new JsonPartialMatcher(expectedJson)),
            ["path"] = Request.Create().WithBody(new JsonPathMatcher("$.b[1]")),
            ["deep"] = Request.Create().WithBody(new JsonPathMatcher("$..x")),
            ["filter"] = Request.Create().WithBody(new JsonPathMatcher("$.[?(@.x == 'y')]")),
            ["regex"] = Request.Create().WithBody(new RegexMatcher("X", ignoreCase: true)),
            ["function"] = Request.Create().WithBody(text => text == "never"),
            ["wildcard"] = Request.Create().WithBody("y*"),
        };
        await _client.PostAsync("/", new StringContent(body), Ct);
        Assert.Equal(expected, string.Join(' ', matchers.Where(matcher => _server.FindLogEntries(matcher.Value).Count == 1).Select(matcher => matcher.Key)));
    }

    [Fact]
    public void A_json_path_that_is_not_understood_is_refused() => Assert.Throws<ArgumentException>(() => new JsonPathMatcher("$.a[?(@.x > 1)]"));

    [Fact]
    public async Task The_lower_priority_number_wins_then_the_more_exact_then_the_newest()
    {
        _server.Given(Request.Create().WithPath("/a").UsingGet()).RespondWith(Says("old"));
        _server.Given(Request.Create().WithPath("/a").UsingGet()).RespondWith(Says("new"));
        _server.Given(Request.Create().WithPath("/a")).RespondWith(Says("vague"));
        Assert.Equal("new", await _client.GetStringAsync("/a", Ct));

        _server.Given(Request.Create().WithPath("*")).AtPriority(-1).RespondWith(Says("first"));
        _server.Given(Request.Create().WithPath("*")).AtPriority(1).RespondWith(Says("last"));
        Assert.Equal("first", await _client.GetStringAsync("/a", Ct));
    }

    [Fact]
    public async Task A_scenario_moves_from_state_to_state()
    {
        _server.Given(Request.Create().WithPath("/s")).InScenario("s").WillSetStateTo("two", times: 2).RespondWith(Says("1"));
        _server.Given(Request.Create().WithPath("/s")).InScenario("s").WhenStateIs("two").WillSetStateTo("three").RespondWith(Says("2"));
        _server.Given(Request.Create().WithPath("/s")).InScenario("s").WhenStateIs("three").RespondWith(Says("3"));

        var answers = new List<string>();
        for (var i = 0; i < 5; i++) answers.Add(await _client.GetStringAsync("/s", Ct));
        Assert.Equal(["1", "1", "2", "3", "1"], answers);

        Assert.True(_server.SetScenarioState("s", "three"));
        Assert.Equal("3", await _client.GetStringAsync("/s", Ct));
        _server.SetScenarioState("s", "two");
        _server.ResetScenarios();
        Assert.Equal("1", await _client.GetStringAsync("/s", Ct));
        Assert.Throws<NotSupportedException>(() => _server.Given(Request.Create()).WhenStateIs("x"));
    }

    [Fact]
    public async Task A_delay_holds_the_answer_back_and_a_client_that_gives_up_is_logged()
    {
        _server.Given(Request.Create().WithPath("/slow")).RespondWith(Says("late").WithDelay(TimeSpan.FromMilliseconds(200)));
        var clock = Stopwatch.StartNew();
        Assert.Equal("late", await _client.GetStringAsync("/slow", Ct));
        Assert.True(clock.ElapsedMilliseconds >= 190, $"{clock.ElapsedMilliseconds} ms");

        using var impatient = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        impatient.CancelAfter(50);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _client.GetStringAsync("/slow", impatient.Token));
        SpinWait.SpinUntil(() => _server.LogEntries.Count == 2, TimeSpan.FromSeconds(10));
        Assert.Equal(2, _server.LogEntries.Count);
    }

    [Fact]
    public async Task Faults_spoil_the_body_and_not_the_status()
    {
        _server.Given(Request.Create().WithPath("/empty")).RespondWith(Says("whole").WithStatusCode(201).WithFault(FaultType.EMPTY_RESPONSE));
        _server.Given(Request.Create().WithPath("/broken")).RespondWith(Says("0123456789").WithFault(FaultType.MALFORMED_RESPONSE_CHUNK));
        var empty = await _client.GetAsync("/empty", Ct);
        Assert.Equal(HttpStatusCode.Created, empty.StatusCode);
        Assert.Empty(await empty.Content.ReadAsByteArrayAsync(Ct));
        var broken = await _client.GetByteArrayAsync("/broken", Ct);
        Assert.Equal("01234"u8.ToArray(), broken[..5]);
        Assert.NotEqual("0123456789"u8.ToArray(), broken);
    }

    [Fact]
    public async Task What_came_is_in_the_log()
    {
        _server.Given(Request.Create().WithPath("/log/*")).RespondWith(Response.Create().WithBody(request => $"{request.Method} {request.Path}"));
        await _client.PostAsJsonAsync("/log/a%2Fb?x=1&x=2&y=3,4", new { n = 1 }, Ct);
        await _client.GetAsync("/other", Ct);

        var entry = Assert.Single(_server.FindLogEntries(Request.Create().WithPath("/log/*").UsingPost()));
        var request = entry.RequestMessage!;
        Assert.Equal("POST", request.Method);
        Assert.Equal("/log/a/b", request.Path);
        Assert.Equal($"{_server.Url}/log/a%2Fb?x=1&x=2&y=3,4", request.AbsoluteUrl);
        Assert.Equal(["1", "2"], request.Query!["x"]);
        Assert.Equal(["3", "4"], request.Query["y"]);
        Assert.Equal("""{"n":1}""", request.Body);
        Assert.Equal("application/json; charset=utf-8", request.Headers!["Content-Type"].ToString());
        Assert.Equal(200, entry.ResponseMessage!.StatusCode);
        Assert.NotNull(entry.MappingGuid);
        Assert.True(entry.RequestMatchResult.IsPerfectMatch);
        Assert.Equal(2, _server.LogEntries.Count);
        Assert.Null(_server.LogEntries[1].MappingGuid);

        _server.Reset();
        Assert.Empty(_server.LogEntries);
        Assert.Equal(HttpStatusCode.NotFound, (await _client.GetAsync("/log/x", Ct)).StatusCode);
    }

    [Fact]
    public async Task Stopping_does_not_wait_for_a_delayed_answer()
    {
        _server.Given(Request.Create()).RespondWith(Says("never").WithDelay(TimeSpan.FromMinutes(10)));
        var waiting = _client.GetAsync("/", Ct);
        SpinWait.SpinUntil(() => waiting.IsCompleted, TimeSpan.FromMilliseconds(100));
        _server.Stop();
        await Assert.ThrowsAsync<HttpRequestException>(() => waiting.WaitAsync(TimeSpan.FromSeconds(10), Ct));
    }

    [Fact]
    public async Task A_server_listens_where_it_is_told()
    {
        var port = _server.Port;
        _server.Stop();
        using var again = WireMockServer.Start($"http://localhost:{port}");
        Assert.Equal($"http://localhost:{port}", again.Url);
        Assert.Equal(HttpStatusCode.NotFound, (await _client.GetAsync("/", Ct)).StatusCode);
    }

    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
    }
}
