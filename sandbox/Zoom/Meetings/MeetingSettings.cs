using System.Text.Json.Nodes;

namespace Meetings.ZoomSandbox.Meetings;

/// <summary>The settings of a meeting that the sandbox knows; others are dropped without a word, as Zoom does.</summary>
internal static class MeetingSettings
{
    private static readonly string[] Flags =
    [
        "host_video", "participant_video", "join_before_host", "mute_upon_entry", "waiting_room", "allow_multiple_devices",
        "close_registration", "registrants_confirmation_email", "registrants_email_notification", "meeting_authentication",
        "email_in_attendee_report", "use_pmi", "show_share_button", "watermark",
    ];

    private static readonly Dictionary<string, Func<int, bool>> Numbers = new()
    {
        ["approval_type"] = n => n is 0 or 1 or 2,
        ["registration_type"] = n => n is 1 or 2 or 3,
        ["jbh_time"] = n => n is 0 or 5 or 10 or 15,
    };

    private static readonly string[] Texts = ["alternative_hosts", "authentication_option", "audio", "contact_name", "contact_email"];

    private static readonly string[] Nodes = ["authentication_exception", "breakout_room", "meeting_invitees"];

    /// <summary>What a meeting has when its creator says nothing.</summary>
    public static JsonObject Defaults() => new()
    {
        ["host_video"] = false,
        ["participant_video"] = false,
        ["join_before_host"] = false,
        ["jbh_time"] = 0,
        ["mute_upon_entry"] = false,
        ["watermark"] = false,
        ["use_pmi"] = false,
        ["approval_type"] = 2,
        ["registration_type"] = 1,
        ["audio"] = "both",
        ["auto_recording"] = "none",
        ["alternative_hosts"] = "",
        ["close_registration"] = false,
        ["registrants_confirmation_email"] = true,
        ["registrants_email_notification"] = true,
        ["waiting_room"] = false,
        ["meeting_authentication"] = false,
        ["allow_multiple_devices"] = false,
        ["email_in_attendee_report"] = false,
        ["meeting_invitees"] = new JsonArray(),
    };

    /// <summary>Reads the known settings of a request; wrong ones are told to <paramref name="errors"/>.</summary>
    public static JsonObject Read(JsonObject asked, BodyReader errors)
    {
        var reader = new BodyReader(asked);
        var read = new JsonObject();
        foreach (var name in Flags) Set(name, reader.Flag(name));
        foreach (var (name, allowed) in Numbers) Set(name, reader.Whole(name, allowed));
        foreach (var name in Texts) Set(name, reader.Text(name, 1024));
        foreach (var name in Nodes) Set(name, reader.Has(name) ? asked[name]!.DeepClone() : null);

        if (reader.Text("auto_recording", 16) is { } recording)
        {
            if (recording is "local" or "cloud" or "none") read["auto_recording"] = recording;
            else reader.Refuse("auto_recording");
        }

        foreach (var error in reader.Error?.Fields ?? []) errors.Refuse($"settings.{error.Field}", error.Message);

        // A waiting room and joining before the host exclude one another.
        if (read["waiting_room"]?.GetValue<bool>() is true) read["join_before_host"] = false;
        return read;

        void Set(string name, JsonNode? value)
        {
            if (value is not null) read[name] = value;
        }
    }
}
