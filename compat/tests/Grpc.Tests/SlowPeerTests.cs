using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;
using Trial.V1;

namespace Grpc.Tests;

/// <summary>Peers that do not read, do not finish, or go away.</summary>
public sealed class SlowPeerTests
{
    [Fact]
    public async Task The_deadline_ends_a_stream_that_nobody_reads()
    {
        await using var server = await Server.StartAsync();
        using var http = new HttpClient();
        using var request = Request(server, "/trial.v1.Trial/Count", new ByteArrayContent(Raw.Frame(Raw.Ask("flood"))));
        request.Headers.Add("grpc-timeout", "1S");
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken).InTime();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await server.Seen.Ended.InTime();
    }

    [Fact]
    public async Task A_client_that_goes_ends_the_stream_that_it_does_not_read()
    {
        await using var server = await Server.StartAsync();
        using (var call = server.Client().Count(new Words { Ask = "flood" })) Assert.True(await call.ResponseStream.MoveNext().InTime());
        await server.Seen.Ended.InTime();
    }

    [Fact]
    public async Task At_the_deadline_the_server_resets_a_request_that_is_not_finished()
    {
        await using var server = await Server.StartAsync();
        using var frames = await RawFrames.OpenRequestAsync(server, "/trial.v1.Trial/Join", ("grpc-timeout", "1S"));
        var (endsStream, reset) = await frames.ReadUntilResetAsync().InTime();
        Assert.True(endsStream);
        Assert.Equal(8u, reset);
    }

    [Fact]
    public async Task A_server_that_goes_is_unavailable()
    {
        await using var server = await Server.StartAsync();
        using var call = server.Client().Count(new Words { Ask = "wait", Number = 1 });
        Assert.True(await call.ResponseStream.MoveNext().InTime());
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(1));
        await server.StopAsync(patience.Token);
        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext().InTime());
        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
    }

    private static HttpRequestMessage Request(Server server, string path, HttpContent content)
    {
        content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        return new HttpRequestMessage(HttpMethod.Post, server.Address + path)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
    }
}
