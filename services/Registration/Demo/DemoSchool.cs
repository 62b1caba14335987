using System.Security.Cryptography;
using System.Text.Json;
using Meetings.Registration.Import;
using Meetings.ServiceDefaults.Http;

namespace Meetings.Registration.Demo;

/// <summary>
/// Loads the demo school before the service answers its first request, in Development only, by the import that real schools use. A version of the
/// file is loaded once; what people change in the demo school afterwards is theirs and survives a restart.
/// </summary>
internal sealed class DemoSchool(IServiceScopeFactory scopes) : IHostedService
{
    public static readonly string File = Path.Combine(AppContext.BaseDirectory, "Demo", "demo-school.json");

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var bytes = await System.IO.File.ReadAllBytesAsync(File, cancellationToken);
        var document = JsonSerializer.Deserialize<SchoolDocument>(bytes, ApiJson.Options)
            ?? throw new InvalidOperationException($"{File} holds no school.");

        await using var scope = scopes.CreateAsyncScope();
        var import = scope.ServiceProvider.GetRequiredService<ImportSchool>();
        var outcome = await import.HandleAsync(document, Convert.ToHexStringLower(SHA256.HashData(bytes)), cancellationToken);
        if (outcome.Succeeded) return;

        var errors = string.Join("; ", outcome.Errors.Select(error => $"{error.Path} {error.Message}"));
        throw new InvalidOperationException($"{File} is not valid: {errors}");
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
