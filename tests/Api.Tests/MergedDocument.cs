extern alias Attendance;
extern alias Meeting;
extern alias Registration;
extern alias WebhookIngress;

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Meetings.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Meetings.Api.Tests;

/// <summary>The documents that the services make of themselves, as one, with what only the gateway has (gateway/Documentation/openapi.gateway.json).</summary>
public sealed class MergedDocument : IAsyncLifetime
{
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Root { get; } = FindRoot();

    public static string Path { get; } = System.IO.Path.Combine(Root, "docs", "openapi.v1.json");

    public JsonObject Json { get; private set; } = [];

    public string Text => Json.ToJsonString(Layout) + "\n";

    public IEnumerable<(string Name, JsonObject Operation)> Operations =>
        from path in Json["paths"]!.AsObject() from operation in path.Value!.AsObject() where operation.Key != "parameters"
        select ($"{operation.Key.ToUpperInvariant()} {path.Key}", operation.Value!.AsObject());

    public async ValueTask InitializeAsync()
    {
        JsonObject[] parts =
        [
            JsonNode.Parse(await File.ReadAllTextAsync(System.IO.Path.Combine(Root, "gateway", "Documentation", "openapi.gateway.json")))!.AsObject(),
            await ReadAsync<Meeting::Program>("meeting"), await ReadAsync<Registration::Program>("registration"),
            await ReadAsync<Attendance::Program>("attendance"), await ReadAsync<WebhookIngress::Program>("webhook-ingress"),
        ];
        Json = parts[0];
        foreach (var part in parts[1..]) Add(part);
        Json["paths"] = Ordered(Json["paths"]!.AsObject());
        Json["components"]!["schemas"] = Ordered(Json["components"]!["schemas"]!.AsObject());
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Add(JsonObject part)
    {
        foreach (var (path, operations) in part["paths"]!.AsObject())
        {
            foreach (var (method, operation) in operations!.AsObject())
            {
                var target = Json["paths"]![path]?.AsObject() ?? [];
                target[method] = operation!.DeepClone();
                Json["paths"]![path] = target;
            }
        }

        foreach (var (name, schema) in part["components"]?["schemas"]?.AsObject() ?? [])
        {
            var known = Json["components"]!["schemas"]![name];
            Assert.True(known is null || JsonNode.DeepEquals(known, schema), $"Two schemas are called {name}.");
            Json["components"]!["schemas"]![name] = schema!.DeepClone();
        }
    }

    // The real Program, with nothing running in it: its routes are all that is asked for.
    private static async Task<JsonObject> ReadAsync<T>(string name)
        where T : class
    {
        await using var host = new WebApplicationFactory<T>().WithWebHostBuilder(builder =>
        {
            builder.UseEnvironment("Development").ConfigureLogging(logging => logging.ClearProviders())
                .UseSetting($"ConnectionStrings:{name}", "Host=127.0.0.1;Port=1").UseSetting("ConnectionStrings:rabbitmq", "amqp://127.0.0.1:1");
            foreach (var (key, value) in TestTokens.Settings) builder.UseSetting(key, value);
            builder.ConfigureTestServices(services =>
            {
                foreach (var work in services.Where(service => service.ServiceType == typeof(IHostedService) && service.ImplementationType?.Name != "GenericWebHostService").ToList()) services.Remove(work);
            });
        });
        using var client = host.CreateClient();
        return JsonNode.Parse(await client.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken))!.AsObject();
    }

    private static JsonObject Ordered(JsonObject json) => new(json.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => KeyValuePair.Create(one.Key, one.Value?.DeepClone())));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(System.IO.Path.Combine(folder!.FullName, "Meetings.Aspire.sln"))) folder = folder.Parent;
        return folder.FullName;
    }
}
