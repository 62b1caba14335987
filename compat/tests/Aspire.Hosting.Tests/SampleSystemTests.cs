using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using RabbitMQ.Client;

namespace Aspire.Hosting.Tests;

/// <summary>The sample AppHost's own program, led by Aspire.Hosting.Testing, with all three stores for real.</summary>
public sealed class SampleSystemTests : IClassFixture<SampleSystemTests.Sample>
{
    private readonly Sample _sample;

    public SampleSystemTests(Sample sample) => _sample = sample;

    [Fact]
    public void Connection_strings_are_those_that_aspire_injects()
    {
        var environment = _sample.Environment;
        var port = _sample.Port("postgres");
        Assert.Matches($"^Host=localhost;Port={port};Username=postgres;Password=[^;]{{22}};Database=sample$", environment["ConnectionStrings__sampledb"]);
        Assert.Matches($"^localhost:{_sample.Port("redis")},password=[A-Za-z0-9]{{22}}$", environment["ConnectionStrings__redis"]);
        Assert.Matches($"^amqp://guest:[A-Za-z0-9]{{22}}@localhost:{_sample.Port("rabbitmq")}$", environment["ConnectionStrings__rabbitmq"]);
    }

    [Fact]
    public void Connection_properties_are_injected_too()
    {
        var environment = _sample.Environment;
        Assert.Equal(("localhost", "postgres", "sample"), (environment["SAMPLEDB_HOST"], environment["SAMPLEDB_USERNAME"], environment["SAMPLEDB_DATABASENAME"]));
        Assert.EndsWith("/sample", environment["SAMPLEDB_URI"], StringComparison.Ordinal);
        Assert.StartsWith("redis://:", environment["REDIS_URI"], StringComparison.Ordinal);
        Assert.Equal(environment["ConnectionStrings__rabbitmq"], environment["RABBITMQ_URI"]);
    }

    [Fact]
    public void A_service_gets_its_profile_and_not_the_apphosts()
    {
        var environment = _sample.Environment;
        Assert.Equal(("http", "yes", "Development"), (environment["DOTNET_LAUNCH_PROFILE"], environment["SAMPLE_FROM_PROFILE"], environment["ASPNETCORE_ENVIRONMENT"]));
        Assert.Equal(_sample.App.GetEndpoint("sample").ToString().TrimEnd('/'), environment["ASPNETCORE_URLS"]);
        Assert.NotEqual(25310, _sample.App.GetEndpoint("sample").Port);
        Assert.False(_sample.TwinEnvironment.ContainsKey("DOTNET_ENVIRONMENT"));
        Assert.False(_sample.TwinEnvironment.ContainsKey("DOTNET_LAUNCH_PROFILE"));
    }

    [Fact]
    public void Telemetry_is_named_after_the_resource()
    {
        var environment = _sample.Environment;
        Assert.Equal("sample", environment["OTEL_SERVICE_NAME"]);
        Assert.Matches("^service.instance.id=[a-z]{8}$", environment["OTEL_RESOURCE_ATTRIBUTES"]);
        Assert.Equal(("http://localhost:4317", "grpc"), (environment["OTEL_EXPORTER_OTLP_ENDPOINT"], environment["OTEL_EXPORTER_OTLP_PROTOCOL"]));
        Assert.StartsWith("x-otlp-api-key=", environment["OTEL_EXPORTER_OTLP_HEADERS"], StringComparison.Ordinal);
    }

    [Fact]
    public void A_referenced_service_is_found_by_name()
    {
        var url = _sample.App.GetEndpoint("sample").ToString().TrimEnd('/');
        Assert.Equal((url, url), (_sample.TwinEnvironment["services__sample__http__0"], _sample.TwinEnvironment["SAMPLE_HTTP"]));
    }

    [Fact]
    public async Task The_database_exists_and_takes_only_the_password()
    {
        var connectionString = await _sample.App.GetConnectionStringAsync("sampledb", TestApp.Cancelled);
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync(TestApp.Cancelled);
        await using var command = new NpgsqlCommand("select current_database() || ' ' || current_setting('fsync')", connection);
        Assert.Equal("sample on", await command.ExecuteScalarAsync(TestApp.Cancelled));

        var wrong = new NpgsqlConnectionStringBuilder(connectionString) { Password = "wrong", Pooling = false };
        await using var refused = new NpgsqlConnection(wrong.ConnectionString);
        var failure = await Assert.ThrowsAsync<PostgresException>(() => refused.OpenAsync(TestApp.Cancelled));
        Assert.Equal("28P01", failure.SqlState);
    }

    [Fact]
    public async Task The_broker_takes_a_quorum_queue_and_its_management_answers()
    {
        var factory = new ConnectionFactory { Uri = new Uri((await _sample.App.GetConnectionStringAsync("rabbitmq", TestApp.Cancelled))!) };
        await using var connection = await factory.CreateConnectionAsync(TestApp.Cancelled);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: TestApp.Cancelled);
        var queue = await channel.QueueDeclareAsync(
            "sample", durable: true, exclusive: false, autoDelete: false, arguments: new Dictionary<string, object?> { ["x-queue-type"] = "quorum" },
            cancellationToken: TestApp.Cancelled);
        Assert.Equal("sample", queue.QueueName);

        using var http = _sample.App.CreateHttpClient("rabbitmq", "management");
        using var answer = await http.GetAsync(new Uri("/", UriKind.Relative), TestApp.Cancelled);
        Assert.True(answer.IsSuccessStatusCode);
    }

    [Fact]
    public void Secrets_are_marked_in_snapshots_and_urls_carry_their_texts()
    {
        Assert.True(_sample.App.ResourceNotifications.TryGetCurrentState("sample", out var change));
        Assert.True(change.Snapshot.EnvironmentVariables.Single(v => v.Name == "ConnectionStrings__sampledb").IsSensitive);
        Assert.True(change.Snapshot.EnvironmentVariables.Single(v => v.Name == "SAMPLE_TOKEN").IsSensitive);
        Assert.False(change.Snapshot.EnvironmentVariables.Single(v => v.Name == "ASPNETCORE_URLS").IsSensitive);
        Assert.Equal(("Sample", false), (change.Snapshot.Urls.Single().DisplayProperties.DisplayName, change.Snapshot.Urls.Single().IsInactive));
    }

    public sealed class Sample : IAsyncLifetime
    {
        private IDistributedApplicationTestingBuilder? _builder;

        public DistributedApplication App { get; private set; } = null!;

        public Dictionary<string, string> Environment { get; private set; } = [];

        public Dictionary<string, string> TwinEnvironment { get; private set; } = [];

        public int Port(string resource) => App.GetEndpoint(resource, "tcp").Port;

        public async ValueTask InitializeAsync()
        {
            var cancelled = TestContext.Current.CancellationToken;
            _builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.SampleAppHost>(cancelled);
            _builder.Services.AddLogging(logging => logging.ClearProviders());
            App = await _builder.BuildAsync(cancelled);
            Assert.Throws<InvalidOperationException>(() => App.CreateHttpClient("sample"));
            await App.StartAsync(cancelled);
            await App.ResourceNotifications.WaitForResourceHealthyAsync("twins", cancelled).WaitAsync(TestApp.Patience, cancelled);
            Environment = await EnvironmentOf("sample", cancelled);
            TwinEnvironment = await EnvironmentOf("twins", cancelled);
        }

        public async ValueTask DisposeAsync()
        {
            await App.DisposeAsync();
            await _builder!.DisposeAsync();
        }

        private async Task<Dictionary<string, string>> EnvironmentOf(string resource, CancellationToken cancelled)
        {
            using var http = App.CreateHttpClient(resource);
            return (await http.GetFromJsonAsync<Dictionary<string, string>>("/env", cancelled))!;
        }
    }
}
