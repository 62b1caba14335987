using System.Net;
using System.Net.Sockets;
using Refit;

namespace Compat.Http.Tests.Refit;

public sealed class ResponseTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static IWorkshop Client(StubHandler server, TimeSpan? timeout = null) =>
        RestService.For<IWorkshop>(new HttpClient(server) { BaseAddress = new Uri("http://shop.test"), Timeout = timeout ?? Timeout.InfiniteTimeSpan });

    [Fact]
    public async Task Json_is_read_leniently_about_case_numbers_and_enums()
    {
        var tool = await Client(new(body: """{"NAME":"saw","wear":"wornOut"}""")).Get("1", Ct);
        Assert.Equal(new Tool("saw", Wear.WornOut), tool);
    }

    [Fact]
    public async Task Text_is_returned_raw() => Assert.Equal("\"raw\"", await Client(new(body: "\"raw\"")).File("x"));

    [Theory]
    [InlineData(HttpStatusCode.NoContent)]
    [InlineData(HttpStatusCode.OK)]
    public async Task An_empty_answer_is_nothing_and_no_error(HttpStatusCode status)
    {
        Assert.Null(await Client(new(status)).Get("1", Ct));
        using var response = await Client(new(status)).GetResponse("1", Ct);
        Assert.True(response.IsSuccessful);
        Assert.False(response.HasContent);
    }

    [Fact]
    public async Task A_failure_status_throws_with_what_the_server_said()
    {
        var error = await Assert.ThrowsAsync<ApiException>(() => Client(new(HttpStatusCode.Conflict, """{"name":"other"}""")).Get("1", Ct));
        Assert.Equal(HttpStatusCode.Conflict, error.StatusCode);
        Assert.Equal("""{"name":"other"}""", error.Content);
        Assert.Equal("other", (await error.GetContentAsAsync<Tool>())!.Name);
        Assert.Equal("http://shop.test/tools/1", error.Uri!.ToString());
        Assert.Equal(HttpMethod.Get, error.HttpMethod);
        Assert.IsType<ApiExceptionBase>(error, exactMatch: false);
    }

    [Fact]
    public async Task Problem_details_have_their_own_exception()
    {
        var problem = """{"type":"urn:x","title":"Bad","status":422,"errors":{"name":["missing"]},"code":"E7"}""";
        var error = await Assert.ThrowsAsync<ValidationApiException>(() => Client(new(HttpStatusCode.UnprocessableEntity, problem, "application/problem+json")).Get("1", Ct));
        Assert.Equal("Bad", error.Content!.Title);
        Assert.Equal("missing", error.Content.Errors["name"].Single());
        Assert.Equal("E7", error.Content.Extensions["code"].ToString());
        Assert.Equal(problem, ((ApiException)error).Content);
    }

    [Fact]
    public async Task What_calls_itself_a_problem_and_is_not_json_is_still_an_api_error()
    {
        var error = await Assert.ThrowsAsync<ValidationApiException>(() => Client(new(HttpStatusCode.BadGateway, "<html>", "application/problem+json")).Get("1", Ct));
        Assert.Null(error.Content);
        Assert.Equal("<html>", ((ApiException)error).Content);
    }

    [Fact]
    public async Task An_answer_that_cannot_be_read_is_an_api_error()
    {
        var error = await Assert.ThrowsAsync<ApiException>(() => Client(new(body: "{")).Get("1", Ct));
        Assert.Equal(HttpStatusCode.OK, error.StatusCode);
        Assert.IsType<System.Text.Json.JsonException>(error.InnerException);
        Assert.Equal("{", error.Content);
    }

    [Fact]
    public async Task No_connection_is_a_request_error()
    {
        var server = new StubHandler((_, _) => throw new HttpRequestException("refused", new SocketException((int)SocketError.ConnectionRefused)));
        var error = await Assert.ThrowsAsync<ApiRequestException>(() => Client(server).Get("1", Ct));
        Assert.IsType<HttpRequestException>(error.InnerException);
    }

    [Fact]
    public async Task A_time_out_is_a_request_error()
    {
        var server = new StubHandler(async (_, ct) => { await Task.Delay(Timeout.Infinite, ct); return new(); });
        var error = await Assert.ThrowsAsync<ApiRequestException>(() => Client(server, TimeSpan.FromMilliseconds(50)).Get("1", Ct));
        Assert.IsType<TaskCanceledException>(error.InnerException);
    }

    [Fact]
    public async Task A_caller_who_gives_up_gets_a_cancellation()
    {
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var server = new StubHandler(async (_, ct) => { await caller.CancelAsync(); await Task.Delay(Timeout.Infinite, ct); return new(); });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Client(server).Get("1", caller.Token));
    }

    [Fact]
    public async Task An_api_response_holds_errors_instead_of_throwing()
    {
        using var refused = await Client(new(HttpStatusCode.NotFound, "gone")).GetResponse("1", Ct);
        Assert.False(refused.IsSuccessful);
        Assert.True(refused.IsReceived);
        Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        Assert.True(refused.HasResponseError(out var error));
        Assert.Equal("gone", error.Content);
        Assert.False(refused.HasRequestError(out _));

        using var unreached = await Client(new((_, _) => throw new HttpRequestException("refused"))).GetAbstractResponse("1");
        Assert.False(unreached.IsReceived);
        Assert.Null(unreached.StatusCode);
        Assert.True(unreached.HasRequestError(out _));

        using var unreadable = await Client(new(body: "{")).GetResponse("1", Ct);
        Assert.True(unreadable.IsSuccessStatusCode);
        Assert.False(unreadable.IsSuccessful);

        using var good = await Client(new(body: """{"name":"saw"}""")).GetAbstractResponse("1");
        Assert.True(good.HasContent);
        Assert.Equal("saw", good.Content.Name);
    }

    [Fact]
    public async Task A_message_is_handed_out_as_it_came()
    {
        using var message = await Client(new(HttpStatusCode.Gone)).Probe();
        Assert.Equal(HttpStatusCode.Gone, message.StatusCode);
    }
}
