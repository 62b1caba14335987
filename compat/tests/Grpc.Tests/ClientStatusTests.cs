using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client;
using Trial.V1;

namespace Grpc.Tests;

/// <summary>What the client makes of responses that a gRPC server does not give.</summary>
public sealed class ClientStatusTests
{
    [Theory]
    [InlineData(400, StatusCode.Internal)]
    [InlineData(401, StatusCode.Unauthenticated)]
    [InlineData(403, StatusCode.PermissionDenied)]
    [InlineData(404, StatusCode.Unimplemented)]
    [InlineData(429, StatusCode.Unavailable)]
    [InlineData(431, StatusCode.Internal)]
    [InlineData(500, StatusCode.Unknown)]
    [InlineData(502, StatusCode.Unavailable)]
    [InlineData(503, StatusCode.Unavailable)]
    [InlineData(504, StatusCode.Unavailable)]
    public async Task An_http_status_has_its_meaning(int http, StatusCode expected) =>
        Assert.Equal(expected, (await FailAsync(() => Response((HttpStatusCode)http))).StatusCode);

    [Fact]
    public async Task A_status_in_the_headers_has_priority_over_the_http_status()
    {
        var error = await FailAsync(() => With(Response(HttpStatusCode.BadGateway), r =>
        {
            r.Headers.Add("grpc-status", "5");
            r.Headers.TryAddWithoutValidation("grpc-message", "na%C3%AFve 50%");
            r.Headers.Add("x-why-bin", "AAE");
        }));
        Assert.Equal((StatusCode.NotFound, "naïve 50%"), (error.StatusCode, error.Status.Detail));
        Assert.Equal([0, 1], error.Trailers.GetValueBytes("x-why-bin")!);
        Assert.Null(error.Trailers.Get("grpc-status"));
    }

    [Fact]
    public async Task Http_1_is_internal() =>
        Assert.Equal(StatusCode.Internal, (await FailAsync(() => With(Response(HttpStatusCode.OK), r => r.Version = HttpVersion.Version11))).StatusCode);

    [Fact]
    public async Task Another_content_type_or_none_is_cancelled()
    {
        Assert.Equal(StatusCode.Cancelled, (await FailAsync(() => With(Response(HttpStatusCode.OK), r => r.Content = new StringContent("<html>")))).StatusCode);
        Assert.Equal(StatusCode.Cancelled, (await FailAsync(() => With(Response(HttpStatusCode.OK), r => r.Content = new ByteArrayContent([])))).StatusCode);
    }

    [Fact]
    public async Task No_status_at_all_is_cancelled() =>
        Assert.Equal(StatusCode.Cancelled, (await FailAsync(() => Response(HttpStatusCode.OK))).StatusCode);

    [Fact]
    public async Task Success_without_a_message_or_with_two_is_internal()
    {
        Assert.Equal(StatusCode.Internal, (await FailAsync(() => With(Response(HttpStatusCode.OK), r => r.TrailingHeaders.Add("grpc-status", "0")))).StatusCode);
        Assert.Equal(StatusCode.Internal, (await FailAsync(() => With(Response(HttpStatusCode.OK), r => r.Headers.Add("grpc-status", "0")))).StatusCode);
        Assert.Equal(StatusCode.Internal, (await FailAsync(() => With(Response(HttpStatusCode.OK, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), Ok))).StatusCode);
    }

    [Fact]
    public async Task A_message_that_is_cut_off_or_makes_no_sense_is_internal()
    {
        Assert.Equal(StatusCode.Internal, (await FailAsync(() => With(Response(HttpStatusCode.OK, [0, 0, 0, 0, 9, 1]), Ok))).StatusCode);
        Assert.Equal(StatusCode.Internal, (await FailAsync(() => With(Response(HttpStatusCode.OK, [0, 0, 0, 0, 2, 0xFF, 0xFF]), Ok))).StatusCode);
    }

    [Fact]
    public async Task A_compression_that_is_not_known_is_unimplemented() =>
        Assert.Equal(StatusCode.Unimplemented, (await FailAsync(() => With(Response(HttpStatusCode.OK, [1, 0, 0, 0, 0]), r =>
        {
            Ok(r);
            r.Headers.Add("grpc-encoding", "snappy");
        }))).StatusCode);

    [Theory]
    [InlineData(7, StatusCode.Unavailable)]
    [InlineData(8, StatusCode.Cancelled)]
    [InlineData(11, StatusCode.ResourceExhausted)]
    [InlineData(12, StatusCode.PermissionDenied)]
    [InlineData(2, StatusCode.Internal)]
    public async Task A_stream_that_was_reset_has_the_meaning_of_its_code(long code, StatusCode expected)
    {
        var reset = new HttpProtocolException(code, "reset", null);
        Assert.Equal(expected, (await FailAsync(() => throw new HttpRequestException("failed", reset))).StatusCode);
    }

    [Fact]
    public async Task A_broken_connection_is_unavailable_and_another_exception_internal()
    {
        Assert.Equal(StatusCode.Unavailable, (await FailAsync(() => throw new HttpRequestException("failed", new SocketException(111)))).StatusCode);
        Assert.Equal(StatusCode.Unavailable, (await FailAsync(() => throw new HttpRequestException("failed", new IOException("cut")))).StatusCode);
        Assert.Equal(StatusCode.Internal, (await FailAsync(() => throw new TimeoutException("slow"))).StatusCode);
    }

    [Fact]
    public async Task Whatever_breaks_when_the_time_is_over_is_the_deadline()
    {
        // The failure comes just after the deadline, on the thread that would have to notice it.
        var deadline = DateTime.UtcNow.AddMilliseconds(50);
        var error = await FailAsync(
            () =>
            {
                SpinWait.SpinUntil(() => DateTime.UtcNow > deadline);
                throw new InvalidOperationException("reset");
            },
            deadline: deadline);
        Assert.Equal(StatusCode.DeadlineExceeded, error.StatusCode);
    }

    [Fact]
    public async Task The_request_is_what_the_protocol_asks_for()
    {
        HttpRequestMessage? sent = null;
        await FailAsync(() => Response(HttpStatusCode.BadRequest), request => sent = request);
        Assert.Equal(("POST", "http://127.0.0.1:1/trial.v1.Trial/Say"), (sent!.Method.Method, sent.RequestUri!.AbsoluteUri));
        Assert.Equal((HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact), (sent.Version, sent.VersionPolicy));
        Assert.Equal("application/grpc", sent.Content!.Headers.ContentType!.ToString());
        Assert.Equal("trailers", sent.Headers.TE.ToString());
        Assert.Equal("identity,gzip,deflate", sent.Headers.NonValidated["grpc-accept-encoding"].ToString());
        Assert.False(sent.Headers.Contains("grpc-timeout"));
    }

    private static void Ok(HttpResponseMessage response) => response.TrailingHeaders.Add("grpc-status", "0");

    private static HttpResponseMessage Response(HttpStatusCode code, byte[]? body = null)
    {
        var content = new ByteArrayContent(body ?? []);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/grpc");
        return new HttpResponseMessage(code) { Version = HttpVersion.Version20, Content = content };
    }

    private static HttpResponseMessage With(HttpResponseMessage response, Action<HttpResponseMessage> change)
    {
        change(response);
        return response;
    }

    private static async Task<RpcException> FailAsync(Func<HttpResponseMessage> answer, Action<HttpRequestMessage>? look = null, DateTime? deadline = null)
    {
        using var channel = GrpcChannel.ForAddress("http://127.0.0.1:1/ignored", new GrpcChannelOptions { HttpHandler = new Answering(answer, look) });
        var call = new Trial.V1.Trial.TrialClient(channel).SayAsync(new Words(), deadline: deadline).ResponseAsync;
        return await Assert.ThrowsAsync<RpcException>(() => call.InTime());
    }

    private sealed class Answering(Func<HttpResponseMessage> answer, Action<HttpRequestMessage>? look) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            look?.Invoke(request);
            return Task.FromResult(answer());
        }
    }
}
