using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Xunit;

namespace Meetings.ZoomSandbox.Tests;

/// <summary>Every event has the fields, and the types of fields, of the documented samples: no more and no fewer.</summary>
public sealed partial class EventShapeTests
{
    [Fact]
    public async Task Every_event_is_shaped_as_its_documented_sample()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        sandbox.Receiver.Answer = (received, http) => received.Event == "endpoint.url_validation" ? Receiver.ProveAsync(received, http) : Task.CompletedTask;
        await HoldEverythingAsync(sandbox);
        await sandbox.IdleAsync();

        var samples = Samples().ToList();
        Assert.Equal(18, samples.Count);
        foreach (var sample in samples)
        {
            var name = sample["event"]!.GetValue<string>();
            var sent = sandbox.Receiver.Of(name).First();

            Assert.True(sent.IsSigned, $"{name} is signed");
            var (expected, actual) = (Shape(sample).Order().ToList(), Shape(sent.Json).Order().ToList());
            Assert.True(expected.SequenceEqual(actual),
                $"{name}: missing {string.Join(", ", expected.Except(actual))}; too much {string.Join(", ", actual.Except(expected))}");
        }
    }

    // A weekly lesson with registration: announced, changed, one date of it deleted; registrants of all fates; a sitting with all its rooms.
    private static async Task HoldEverythingAsync(SandboxServer sandbox)
    {
        var id = await sandbox.CreateAsync("""
            {"topic":"Algebra 7B","type":8,"start_time":"2026-11-23T07:30:00","timezone":"Asia/Manila","duration":45,
             "recurrence":{"type":2,"repeat_interval":1,"weekly_days":"2","end_times":2},"settings":{"approval_type":1,"waiting_room":false}}
            """);
        await sandbox.CallAsync(HttpMethod.Patch, $"/meetings/{id}", """{"topic":"Algebra 7B (room 12)","duration":40,"settings":{"waiting_room":true}}""", 204);

        var registrants = new List<JsonNode>();
        foreach (var name in (string[])["Анна", "Борис", "Вера"])
        {
            var person = $$$"""{"email":"{{{registrants.Count}}}@pupils.school.example","first_name":"{{{name}}}","last_name":"Ёлкина","custom_questions":[{"title":"Class","value":"7B"}]}""";
            registrants.Add((await sandbox.CallAsync(HttpMethod.Post, $"/meetings/{id}/registrants", person, 201))!);
        }

        string[] actions = ["approve", "cancel", "deny"];
        foreach (var (registrant, action) in registrants.Zip(actions))
        {
            var who = $$"""{"action":"{{action}}","registrants":[{"id":"{{registrant["registrant_id"]}}"}]}""";
            await sandbox.CallAsync(HttpMethod.Put, $"/meetings/{id}/registrants/status", who, 204);
        }

        await sandbox.ControlAsync($"meetings/{id}/start");
        var came = await sandbox.ControlAsync($"meetings/{id}/waiting-room/enter", new { registrant = "0@pupils.school.example" });
        var anna = new { connection = came["participantUuid"]!.GetValue<string>(), alsoLeavesWaitingRoom = true, room = "Group 1" };
        await sandbox.ControlAsync($"meetings/{id}/waiting-room/admit", anna);
        await sandbox.ControlAsync($"meetings/{id}/breakout/join", anna);
        await sandbox.ControlAsync($"meetings/{id}/breakout/leave", anna);
        await sandbox.ControlAsync($"meetings/{id}/end");
        await sandbox.ControlAsync($"meetings/{id}/recording");
        await sandbox.ControlAsync("validate");

        var meeting = await sandbox.CallAsync(HttpMethod.Get, $"/meetings/{id}", null, 200);
        await sandbox.CallAsync(HttpMethod.Delete, $"/meetings/{id}?occurrence_id={meeting!["occurrences"]![1]!["occurrence_id"]}", null, 204);
    }

    private static IEnumerable<JsonObject> Samples()
    {
        using var reader = new StreamReader(typeof(EventShapeTests).Assembly.GetManifestResourceStream("events.jsonl")!);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0) yield return (JsonObject)JsonNode.Parse(line)!;
        }
    }

    /// <summary>Every path in a document with the kind of what is there: text, instant, number, flag.</summary>
    private static IEnumerable<string> Shape(JsonNode? node, string path = "") => node switch
    {
        JsonObject o => o.SelectMany(field => Shape(field.Value, $"{path}.{field.Key}")),
        JsonArray a => a.SelectMany((item, n) => Shape(item, $"{path}[{n.ToString(CultureInfo.InvariantCulture)}]")).Prepend($"{path}:list"),
        JsonValue v when v.GetValueKind() is JsonValueKind.True or JsonValueKind.False => [$"{path}:flag"],
        JsonValue v when v.GetValueKind() is JsonValueKind.String => [$"{path}:{(Instant().IsMatch(v.GetValue<string>()) ? "instant" : "text")}"],
        _ => [$"{path}:{node?.GetValueKind().ToString() ?? "null"}"],
    };

    [GeneratedRegex(@"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\z")]
    private static partial Regex Instant();
}
