using Meetings.Contracts.LiveKit;

namespace Meetings.LiveKitSandbox.Webhooks;

/// <summary>One event on its way, with its attempts. Changed by <see cref="DeliveryQueue"/> only.</summary>
internal sealed class Delivery(int id, Message message, bool badSignature)
{
    public int Id { get; } = id;

    public Message Message { get; } = message;

    public bool BadSignature { get; } = badSignature;

    public DeliveryState State { get; set; }

    /// <summary>Since when it stands in the room's line.</summary>
    public DateTimeOffset QueuedAt { get; set; }

    public List<DeliveryAttempt> Attempts { get; } = [];

    public ITimer? Timer { get; set; }
}

/// <summary>An event and its bytes, which are made when it is first sent and are the same ever after.</summary>
internal sealed class Message(WebhookEvent what)
{
    public WebhookEvent Event { get; } = what;

    public string Room => Event.Room.Name;

    public byte[]? Body { get; set; }
}

/// <summary>Where a delivery stands.</summary>
internal enum DeliveryState
{
    /// <summary>In the room's line, or on its way.</summary>
    Ready,

    /// <summary>Joins the line later, as asked for.</summary>
    Waiting,

    /// <summary>Kept back until a release.</summary>
    Held,

    /// <summary>Taken.</summary>
    Delivered,

    /// <summary>Answered with something that is no success and is not tried again: lost, and the server takes it for sent.</summary>
    Refused,

    /// <summary>Not taken in five attempts.</summary>
    GivenUp,

    /// <summary>The room's line was full.</summary>
    Overflowed,

    /// <summary>Waited for too long.</summary>
    TooOld,

    /// <summary>Lost on purpose.</summary>
    Dropped,

    /// <summary>Lost with the server, or with its room.</summary>
    Lost,

    /// <summary>There is no endpoint.</summary>
    NotConfigured,
}
