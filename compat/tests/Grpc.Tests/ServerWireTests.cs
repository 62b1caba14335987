using System.IO.Compression;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using static Grpc.Tests.Raw;

namespace Grpc.Tests;

/// <summary>What the server says to bytes that come over the wire.</summary>
public sealed class ServerWireTests
{
    [Fact]
    public async Task Success_has_a_body_and_its_status_after_it()
    {
        await using var server = await Server.StartAsync();
        var answer = await PostAsync(server, Say, Frame(Ask("hi")));
        Assert.Equal("0", answer.Trailers["grpc-status"]);
        Assert.DoesNotContain("grpc-status", answer.Headers);
        Assert.Equal(Frame(Ask("hi")), answer.Body);
    }

    [Theory]
    [InlineData("application/grpc+proto")]
    [InlineData("application/grpc; x=y")]
    public async Task Content_types_with_format_or_parameters_are_accepted(string contentType)
    {
        await using var server = await Server.StartAsync();
        Assert.Equal("0", (await PostAsync(server, Say, Frame([]), contentType)).Status);
    }

    [Fact]
    public async Task Another_content_type_is_refused_with_415()
    {
        await using var server = await Server.StartAsync();
        var answer = await PostAsync(server, Say, Frame([]), "application/grpcish");
        Assert.Equal((HttpStatusCode.UnsupportedMediaType, "13"), (answer.Http, answer.Status));
    }

    [Fact]
    public async Task Http_1_is_refused_with_426()
    {
        await using var server = await Server.StartAsync(protocols: HttpProtocols.Http1);
        var answer = await PostAsync(server, Say, Frame([]), version: HttpVersion.Version11);
        Assert.Equal((HttpStatusCode.UpgradeRequired, "13"), (answer.Http, answer.Status));
    }

    [Theory]
    [InlineData("/trial.v1.Trial/Sing", "Method is unimplemented.")]
    [InlineData("/trial.v1.Nobody/Say", "Service is unimplemented.")]
    public async Task Unknown_methods_and_services_are_unimplemented_in_the_headers(string path, string message)
    {
        await using var server = await Server.StartAsync();
        var answer = await PostAsync(server, path, Frame([]));
        Assert.Equal((HttpStatusCode.OK, "12", message), (answer.Http, answer.Headers["grpc-status"], answer.Headers["grpc-message"]));
        Assert.Empty(answer.Body);
    }

    [Fact]
    public async Task Unknown_services_can_be_left_to_others()
    {
        await using var server = await Server.StartAsync(o => o.IgnoreUnknownServices = true);
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(server, "/trial.v1.Nobody/Say", Frame([]))).Http);
    }

    [Fact]
    public async Task Routes_of_other_kinds_are_not_shadowed()
    {
        await using var server = await Server.StartAsync(map: app =>
        {
            app.MapGrpcService<TrialService>();
            app.MapPost("/{a}/{b}", (string a, string b) => Results.Text(a + b));
        });
        var answer = await PostAsync(server, "/x/y", [], "text/plain");
        Assert.Equal("xy", System.Text.Encoding.UTF8.GetString(answer.Body));
    }

    [Fact]
    public async Task Truncated_missing_and_additional_data_are_internal_errors()
    {
        await using var server = await Server.StartAsync();
        Assert.Equal("13", (await PostAsync(server, Say, [])).Status);
        Assert.Equal("13", (await PostAsync(server, Say, Frame(Ask("hi"))[..3])).Status);
        Assert.Equal("13", (await PostAsync(server, Say, Frame(Ask("hi"))[..7])).Status);
        Assert.Equal("13", (await PostAsync(server, Say, [.. Frame(Ask("hi")), .. Frame([])])).Status);
        Assert.Equal("13", (await PostAsync(server, Say, Frame(Ask("hi"), flag: 2))).Status);
    }

    [Fact]
    public async Task A_length_that_is_only_claimed_is_refused_before_it_is_waited_for()
    {
        await using var server = await Server.StartAsync();
        Assert.Equal("8", (await PostAsync(server, Say, [0, 0xFF, 0xFF, 0xFF, 0xFF])).Status);
    }

    [Fact]
    public async Task Messages_may_be_compressed_if_it_is_said_how()
    {
        await using var server = await Server.StartAsync();
        var gzip = Frame(Compressed(Ask("hi"), s => new GZipStream(s, CompressionLevel.Fastest)), flag: 1);
        var zlib = Frame(Compressed(Ask("hi"), s => new ZLibStream(s, CompressionLevel.Fastest)), flag: 1);
        Assert.Equal(Frame(Ask("hi")), (await PostAsync(server, Say, gzip, headers: ("grpc-encoding", "gzip"))).Body);
        Assert.Equal(Frame(Ask("hi")), (await PostAsync(server, Say, zlib, headers: ("grpc-encoding", "deflate"))).Body);
        Assert.Equal("12", (await PostAsync(server, Say, gzip, headers: ("grpc-encoding", "snappy"))).Status);
        Assert.Equal("13", (await PostAsync(server, Say, gzip)).Status);
        Assert.Equal("13", (await PostAsync(server, Say, Frame([1, 2, 3, 4], flag: 1), headers: ("grpc-encoding", "gzip"))).Status);
    }

    [Fact]
    public async Task A_small_message_that_would_become_a_large_one_is_refused()
    {
        await using var server = await Server.StartAsync();
        var bomb = Frame(Compressed(new byte[64 * 1024 * 1024], s => new GZipStream(s, CompressionLevel.Fastest)), flag: 1);
        Assert.InRange(bomb.Length, 1, 1024 * 1024);
        Assert.Equal("8", (await PostAsync(server, Say, bomb, headers: ("grpc-encoding", "gzip"))).Status);
    }

    [Fact]
    public async Task Responses_are_compressed_when_the_server_wants_and_the_client_can()
    {
        await using var server = await Server.StartAsync(o => o.ResponseCompressionAlgorithm = "gzip");
        var answer = await PostAsync(server, Say, Frame(Ask("hi")), headers: ("grpc-accept-encoding", "identity,gzip"));
        Assert.Equal("gzip", answer.Headers["grpc-encoding"]);
        Assert.Equal(1, answer.Body[0]);
        using var plain = new MemoryStream();
        await new GZipStream(new MemoryStream(answer.Body[5..]), CompressionMode.Decompress).CopyToAsync(plain, TestContext.Current.CancellationToken);
        Assert.Equal(Ask("hi"), plain.ToArray());

        Assert.Equal(0, (await PostAsync(server, Say, Frame(Ask("hi")))).Body[0]);
    }

    [Fact]
    public async Task The_server_keeps_the_deadline_by_itself_and_asks_the_method_to_stop()
    {
        await using var server = await Server.StartAsync();
        // Once without hurry: a method that is called for the first time may be reached only when its second is over, and then it is not called at all.
        await PostAsync(server, Say, Frame(Ask("hi")));
        var answer = await PostAsync(server, Say, Frame(Ask("wait")), headers: ("grpc-timeout", "1000m"));
        Assert.Equal(("4", "Deadline Exceeded"), (answer.Status, answer.Message));
        await server.Seen.Cancelled.InTime();
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("100")]
    [InlineData("-1S")]
    [InlineData("123456789S")]
    [InlineData("1.5S")]
    public async Task A_timeout_that_cannot_be_read_is_ignored(string timeout)
    {
        await using var server = await Server.StartAsync();
        Assert.Equal("0", (await PostAsync(server, Say, Frame(Ask("deadline")), headers: ("grpc-timeout", timeout))).Status);
        Assert.Equal(DateTime.MaxValue, server.Seen.Deadline);
    }

    [Fact]
    public async Task Binary_headers_may_lack_padding_and_come_several_in_one()
    {
        await using var server = await Server.StartAsync();
        var answer = await PostAsync(server, Say, Frame(Ask("header")), headers: [("x-said", "a"), ("x-said-bin", "AA==,yv4")]);
        Assert.Equal(Frame(Ask("aCAFE")), answer.Body);
    }

    private static byte[] Compressed(byte[] plain, Func<Stream, Stream> compress)
    {
        using var compressed = new MemoryStream();
        using (var stream = compress(compressed)) stream.Write(plain);
        return compressed.ToArray();
    }
}
