using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Grpc.Core;
using Grpc.Net.Client;
using Meetings.Contracts.Directory.V1;
using Meetings.ServiceDefaults.Security;
using Meetings.Testing;
using Xunit;

namespace Meetings.Registration.Tests;

/// <summary>What this service answers while its database is away. A service of its own: its database is taken away here.</summary>
public sealed class OwnTroubleTests(RegistrationService service) : IClassFixture<RegistrationService>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Hostile", "71")]
    public async Task Without_its_database_everything_is_503_and_afterwards_all_is_well_by_itself()
    {
        using var client = new HttpClient { BaseAddress = service.Host.Rest };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer", TestTokens.For(new Caller(Guid.NewGuid(), DirectoryIds.Academy("demo"), [Contracts.Directory.Roles.AcademyAdmin])));
        using var channel = GrpcChannel.ForAddress(service.Host.Grpc);
        var path = new Uri("/api/v1/classes", UriKind.Relative);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(path, Ct)).StatusCode);

        await Servers.TakeDatabaseAwayAsync(service.ConnectionString);
        for (var i = 0; i < 5; i++)
        {
            var answer = await client.GetAsync(path, Ct);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.True(answer.Headers.RetryAfter!.Delta > TimeSpan.Zero);
            Assert.Equal("temporarily-unavailable", (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync(Ct))!["code"]!);
            Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => FindAsync(channel))).StatusCode);
        }

        await Servers.BringDatabaseBackAsync(service.ConnectionString);
        await Eventually.Holds(async () => (await client.GetAsync(path, Ct)).IsSuccessStatusCode, "the service to resume");
        Assert.Equal("demo", (await FindAsync(channel)).Slug);
    }

    private static async Task<Academy> FindAsync(GrpcChannel channel) => await new SchoolDirectory.SchoolDirectoryClient(channel).GetAcademyAsync(
        new GetAcademyRequest { AcademyId = DirectoryIds.Academy("demo").ToString() },
        new Metadata { { "authorization", $"Bearer {TestTokens.ForService()}" } }, cancellationToken: Ct);
}
