using System.Diagnostics;

// A service that tells what it was given: its environment, its arguments, its process.
var builder = WebApplication.CreateBuilder(args);
var app = builder.Build();
var healthy = !bool.TryParse(app.Configuration["SAMPLE_SICK"], out var sick) || !sick;

app.MapGet("/", () => "a sample service");
app.MapGet("/health", () => healthy ? Results.Ok("Healthy") : Results.StatusCode(503));
app.MapPost("/health/{state}", (string state) => healthy = state == "good");
app.MapGet("/env", () => Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
    .ToDictionary(e => (string)e.Key, e => (string?)e.Value));
app.MapGet("/args", () => args);
app.MapGet("/pid", () => Environment.ProcessId);
app.MapPost("/exit/{code:int}", (int code) => Environment.Exit(code));
app.MapGet("/started", () => Process.GetCurrentProcess().StartTime.ToUniversalTime());
Console.WriteLine("sample service says hello");
Console.Error.WriteLine("sample service complains");
app.Run();
