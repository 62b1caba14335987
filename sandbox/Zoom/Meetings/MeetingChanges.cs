using System.Text.Json.Nodes;

namespace Meetings.ZoomSandbox.Meetings;

/// <summary>What an update changed: the fields before and after, as <c>meeting.updated</c> tells them.</summary>
internal sealed class MeetingChanges
{
    public JsonObject Before { get; } = [];

    public JsonObject After { get; } = [];

    public bool Any => After.Count > 0;

    /// <summary>Notes a field when it is another than before.</summary>
    /// <returns>Whether it is.</returns>
    public bool Note(string field, JsonNode? before, JsonNode? after)
    {
        if (JsonNode.DeepEquals(before, after)) return false;

        Before[field] = before?.DeepClone();
        After[field] = after?.DeepClone();
        return true;
    }

    /// <summary>Notes the settings that differ, nested as they are in a meeting.</summary>
    public void NoteSettings(JsonObject before, JsonObject after)
    {
        var nested = new MeetingChanges();
        foreach (var (name, value) in after) nested.Note(name, before[name], value);
        if (!nested.Any) return;

        Before["settings"] = nested.Before;
        After["settings"] = nested.After;
    }
}
