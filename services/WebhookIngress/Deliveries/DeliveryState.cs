namespace Meetings.WebhookIngress.Deliveries;

internal enum DeliveryState
{
    /// <summary>Understood; its event was published.</summary>
    Received,

    /// <summary>Signed, but nobody can read it: a person or a later version of the code must.</summary>
    Quarantined,

    /// <summary>An event of a kind that has no effect here.</summary>
    Ignored,
}

internal static class DeliveryStates
{
    /// <summary>As the database and the API spell it.</summary>
    public static string Word(this DeliveryState state) => state switch
    {
        DeliveryState.Received => "received",
        DeliveryState.Quarantined => "quarantined",
        _ => "ignored",
    };
}
