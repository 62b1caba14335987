using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Meetings.Contracts.Directory;
using Meetings.ServiceDefaults.Security;
using Meetings.Testing;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;
using Xunit;

namespace Meetings.Gateway.Tests;

/// <summary>The gateway before four services: three that only record, and the directory with real authentication.</summary>
public sealed class GatewayFixture : IAsyncLifetime
{
    public static readonly Caller Teacher = new(FakeDirectory.Teacher, FakeDirectory.Academy, [Roles.Teacher]);

    public WireMockServer Meeting { get; } = Recorder("meeting");

    public WireMockServer Attendance { get; } = Recorder("attendance");

    public WireMockServer Ingress { get; } = Recorder("webhook-ingress");

    public FakeDirectory Directory { get; private set; } = null!;

    public GatewayHost Gateway { get; private set; } = null!;

    public IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
    {
        ["Services:meeting:http:0"] = Meeting.Url,
        ["Services:attendance:http:0"] = Attendance.Url,
        ["Services:webhook-ingress:http:0"] = Ingress.Url,
        ["Services:registration:http:0"] = Directory.Rest,
        ["Services:registration:grpc:0"] = Directory.Grpc,
    };

    public async ValueTask InitializeAsync()
    {
        Directory = await FakeDirectory.StartAsync();
        Gateway = await GatewayHost.StartAsync(Settings);
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Directory.DisposeAsync();
        Meeting.Dispose();
        Attendance.Dispose();
        Ingress.Dispose();
    }

    /// <summary>One more gateway before the same services, with settings of its own. The caller disposes it.</summary>
    public Task<GatewayHost> StartAsync(Dictionary<string, string?> settings, string environment = "Development") =>
        GatewayHost.StartAsync(new Dictionary<string, string?>(Settings.Where(setting => !settings.ContainsKey(setting.Key)).Concat(settings)), environment);

    /// <summary>A client of the gateway; with a token when there is a caller.</summary>
    public static HttpClient Client(GatewayHost gateway, Caller? caller = null)
    {
        var client = new HttpClient { BaseAddress = gateway.Address };
        if (caller is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", TestTokens.For(caller));
        return client;
    }

    /// <summary>Checks that an answer is a problem, and gives its status and code.</summary>
    public static async Task<(int Status, string? Code)> ProblemAsync(HttpResponseMessage response)
    {
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var body = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((int)response.StatusCode, body.GetProperty("status").GetInt32());
        Assert.False(string.IsNullOrEmpty(body.GetProperty("traceId").GetString()));
        return ((int)response.StatusCode, body.GetProperty("code").GetString());
    }

    private static WireMockServer Recorder(string name)
    {
        var server = WireMockServer.Start();
        server.Given(Request.Create().WithPath("*").UsingAnyMethod())
            .RespondWith(Response.Create().WithStatusCode(200).WithHeader("X-Upstream", name).WithHeader("Server", "secret/1.0").WithBody(name));
        return server;
    }
}
