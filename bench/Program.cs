using System.Diagnostics;
using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Meetings.Bench;
using Meetings.Bench.Load;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

const int Rounds = 3;
const int Connections = 64;
const int ManyConnections = 128;
const string Secret = "zoom-development-secret";
var round = TimeSpan.FromSeconds(3);
using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(15));
var ct = limit.Token;
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;

Console.WriteLine("Starting the whole system …");
var data = Path.Combine(Path.GetTempPath(), $"meetings-bench-{Guid.NewGuid():n}");
Directory.CreateDirectory(data);
var appHost = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(
    [$"--Compat:DataDirectory={data}", $"--MEETINGS_SANDBOX_DATA={Path.Combine(data, "zoom-sandbox.json")}", "--ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL="], ct);
appHost.Services.AddLogging(logging => logging.ClearProviders());

// One address and one person are the whole crowd here: the limits that keep them in check elsewhere would be what is measured.
var gatewayResource = appHost.Resources.OfType<ProjectResource>().Single(resource => resource.Name == "gateway");
appHost.CreateResourceBuilder(gatewayResource)
    .WithEnvironment("RateLimits__Callers__PerSecond", "1000000").WithEnvironment("RateLimits__Callers__Burst", "1000000")
    .WithEnvironment("RateLimits__Webhooks__PerSecond", "1000000").WithEnvironment("RateLimits__Webhooks__Burst", "1000000");
await using var app = await appHost.BuildAsync(ct);
await app.StartAsync(ct);
foreach (var service in (string[])["registration", "meeting", "attendance", "webhook-ingress", "gateway", "zoom-sandbox"])
    await app.ResourceNotifications.WaitForResourceHealthyAsync(service, ct).WaitAsync(TimeSpan.FromMinutes(2), ct);

using var gateway = app.CreateHttpClient("gateway", "http");
var door = new Uri(app.GetEndpoint("webhook-ingress", "http"), "/webhooks/zoom");
var alive = new Uri(door, "/alive");
var throughGateway = new ZoomWebhooks(new Uri(gateway.BaseAddress!, "/webhooks/zoom"), Secret, "99999999998", "AAAAAAAAAAAAAAAAAAAAAA==");
var database = await app.GetConnectionStringAsync("webhook-db", ct) ?? throw new InvalidOperationException("No database.");

await Task.Delay(TimeSpan.FromSeconds(10), ct);
var idle = ProcessTable.Read();

var pgbench = new Pgbench(database, data);
await pgbench.PrepareAsync(ct);
await using var db = NpgsqlDataSource.Create(database);

// An everyday rate first, before there is anything for PostgreSQL to clean up after a flood.
var teacher = new Teacher(gateway);
await teacher.SignInAsync(ct);
var lessons = new List<Teacher.Lesson>();
for (var i = 0; i < 20; i++) lessons.Add(await teacher.PlanAsync(DateTimeOffset.UtcNow.AddMinutes(-5), ct));
await SeenAsync(lessons[..3], lessons[3..5], perSecond: 500); // Warm: code that was just started is still being compiled.
var quiet = await SeenAsync(lessons[5..10], lessons[15..], perSecond: 20);
var seen = await SeenAsync(lessons[10..15], lessons[15..], perSecond: 500);
await using var ledger = NpgsqlDataSource.Create((await app.GetConnectionStringAsync("attendance-db", ct))!);
if (args.Contains("everyday"))
{
    Everyday();
    await StopAsync();
    return;
}

await Task.Delay(TimeSpan.FromSeconds(2), ct);
var told = await CountAsync(ledger, "fact");

// Then the door alone, as it is while the broker is away: the consumers' work shares the processors otherwise, and is measured after this.
foreach (var resource in (string[])["attendance", "meeting", "rabbitmq"]) await CommandAsync(resource, KnownResourceCommands.StopCommand);

// A meeting that nobody knows: what is measured is the door.
var unknown = new ZoomWebhooks(door, Secret, "99999999999", "AAAAAAAAAAAAAAAAAAAAAA==");
var now = DateTimeOffset.UtcNow;
long number = 0;
long acknowledged = 0;

var (_, floodedFrom) = await Flood.RunAsync(door, Connections, round, 200, _ => unknown.Joined(Interlocked.Increment(ref number), now), ct);
var before = await CountAsync(db, "delivery");
var (r1, r3, r4, r11, tps, rps) = (new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>());
var atTheDoor = "";
for (var i = 0; i < Rounds; i++)
{
    tps.Add(Math.Max(await pgbench.RunAsync(16, round, ct), await pgbench.RunAsync(32, round, ct)));
    var began = ProcessTable.Read();
    // Each side with the better of two crowds.
    var (few, answered) = await Flood.RunAsync(door, Connections, round, 200, _ => unknown.Joined(Interlocked.Increment(ref number), now), ct);
    var (many, answeredMany) = await Flood.RunAsync(door, ManyConnections, round, 200, _ => unknown.Joined(Interlocked.Increment(ref number), now), ct);
    var unique = Math.Max(few, many);
    answered += answeredMany;
    acknowledged += answered;
    atTheDoor = MicrosecondsEach(began, answered);
    rps.Add(unique);
    r1.Add(unique / tps[^1]);
    r3.Add((await Flood.RunAsync(door, Connections, round, 200, n => unknown.Joined(floodedFrom - (n % floodedFrom), now), ct)).PerSecond / unique);
    var hello = "GET /alive HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray();
    var helloRate = (await Flood.RunAsync(alive, Connections, round, 200, _ => hello, ct)).PerSecond;
    r4.Add((await Flood.RunAsync(door, Connections, round, 401, n => unknown.Joined(n, now, badSignature: true), ct)).PerSecond / helloRate);
    var (outside, passed) = await Flood.RunAsync(gateway.BaseAddress!, Connections, round, 200, _ => throughGateway.Joined(Interlocked.Increment(ref number), now), ct);
    acknowledged += passed;
    r11.Add(outside / unique);
    Console.WriteLine($"round {i + 1}: {unique:n0} webhooks/s, pgbench {tps[^1]:n0}/s, repeats {r3[^1] * unique:n0}/s, /alive {helloRate:n0}/s, through the gateway {outside:n0}/s");
}

var stored = await CountAsync(db, "delivery") - before;
if (stored != acknowledged) throw new InvalidOperationException($"{acknowledged} acknowledged, {stored} stored.");

// Then all that waits goes through broker, Meeting and Attendance: the rate at which the whole pipeline works.
var waiting = await CountAsync(db, "outbox");
foreach (var resource in (string[])["rabbitmq", "meeting", "attendance"]) await CommandAsync(resource, KnownResourceCommands.StartCommand);
await app.ResourceNotifications.WaitForResourceHealthyAsync("attendance", ct);
await app.ResourceNotifications.WaitForResourceHealthyAsync("meeting", ct);
while (await CountAsync(ledger, "fact") == told) await Task.Delay(50, ct);
var drain = Stopwatch.StartNew();
var drainBegan = ProcessTable.Read();
var already = await CountAsync(ledger, "fact");
while (await CountAsync(ledger, "fact") < told + floodedFrom + stored) await Task.Delay(250, ct);
var pipeline = (told + floodedFrom + stored - already) / drain.Elapsed.TotalSeconds;
Console.WriteLine($"{waiting:n0} events that waited went through in {drain.Elapsed.TotalSeconds:n1} s");
var inThePipeline = MicrosecondsEach(drainBegan, told + floodedFrom + stored - already);
Console.WriteLine();
Console.WriteLine($"{Environment.ProcessorCount} processors; generator, PostgreSQL, RabbitMQ and all services share them. Medians of {Rounds} rounds (least … most).");
Row("R1   acknowledged after commit ÷ pgbench", r1, $"{Median(rps):n0}/s ÷ {Median(tps):n0}/s, {acknowledged:n0} acknowledged = stored");
Console.WriteLine($"R7   whole pipeline ÷ door alone: {pipeline / Median(rps):n2} ({pipeline:n0} events/s from outbox to ledger)");
Console.WriteLine($"CPU  µs per event in the pipeline: {inThePipeline}");
Console.WriteLine($"CPU  µs per webhook at the door alone: {atTheDoor}");
Row("R3   repeated ÷ new", r3, "");
Row("R4   badly signed ÷ GET /alive", r4, "");
Row("R11  through the gateway ÷ straight", r11, "");
Everyday();
await StopAsync();

void Everyday()
{
    foreach (var at in (Visibility.Result[])[quiet, seen])
    {
        Console.WriteLine($"R8   webhook → visible at {at.Rate:n0} events/s: p50 {at.P50:n1} ms, p99 {at.P99:n1} ms, max {at.Max:n1} ms; read by the gateway's client p50 {at.SeenP50:n1} ms, p99 {at.SeenP99:n1} ms (a read: {at.Read:n1} ms)"
            + $" ({at.Probes} probes, {at.Missed} of the load not sent in time)");
    }

    Console.WriteLine("CPU  ms per event: " + string.Join(", ", seen.CpuMillisecondsPerEvent.Where(p => p.Value >= 0.005).OrderByDescending(p => p.Value).Select(p => $"{p.Key} {p.Value:n2}"))
        + $"; all {seen.CpuMillisecondsPerEvent.Values.Sum():n2}");
    Console.WriteLine($"R18  idle memory {idle.Values.Sum(p => p.PssMegabytes):n0} MB: " + string.Join(", ", idle.Values.OrderByDescending(p => p.PssMegabytes).Select(p => $"{p.Name} {p.PssMegabytes:n0}")));
}

async Task StopAsync()
{
    await app.StopAsync(ct);
    Directory.Delete(data, recursive: true);
}

Task<Visibility.Result> SeenAsync(IReadOnlyList<Teacher.Lesson> probes, IReadOnlyList<Teacher.Lesson> crowd, int perSecond) => Visibility.MeasureAsync(teacher, door,
    lesson => new ZoomWebhooks(door, Secret, lesson.ZoomNumber, Convert.ToBase64String(lesson.Id.ToByteArray())), crowd, probes, perSecond, ct);

async Task<long> CountAsync(NpgsqlDataSource source, string table)
{
    await using var command = source.CreateCommand($"select count(*) from {table}");
    return (long)(await command.ExecuteScalarAsync(ct))!;
}

async Task CommandAsync(string resource, string command)
{
    var result = await app.ResourceCommands.ExecuteCommandAsync(resource, command, ct);
    if (!result.Success) throw new InvalidOperationException($"{resource}: {result.ErrorMessage}");
}

static string MicrosecondsEach(IReadOnlyDictionary<string, ProcessTable.Usage> before, long events) => string.Join(", ", ProcessTable.Read()
    .Select(p => (p.Key, Each: (p.Value.CpuSeconds - (before.TryGetValue(p.Key, out var was) ? was.CpuSeconds : 0)) * 1e6 / events))
    .Where(p => p.Each >= 0.5).OrderByDescending(p => p.Each).Select(p => $"{p.Key} {p.Each:n0}"));

static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

static void Row(string what, List<double> ratios, string note) =>
    Console.WriteLine($"{what}: {Median(ratios):n2} ({ratios.Min():n2} … {ratios.Max():n2}) {note}");
