namespace Meetings.WebhookIngress.LiveKitEvents;

/// <summary>The events that take effect. All others are stored only.</summary>
internal enum LiveKitEventKind
{
    Started,
    Finished,
    Joined,
    Left,
}

internal static class LiveKitEventKinds
{
    public static LiveKitEventKind? Of(string name) => name switch
    {
        "room_started" => LiveKitEventKind.Started,
        "room_finished" => LiveKitEventKind.Finished,
        "participant_joined" => LiveKitEventKind.Joined,
        "participant_left" => LiveKitEventKind.Left,
        // Not participant_connection_aborted: whoever never got through was never there.
        _ => null,
    };
}
