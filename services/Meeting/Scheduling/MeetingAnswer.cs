namespace Meetings.Meeting.Scheduling;

/// <summary>A meeting as it is after a change, with its version.</summary>
internal static class MeetingAnswer
{
    /// <param name="row">The meeting.</param>
    /// <param name="response">Gets the entity tag.</param>
    /// <param name="providerState">What became of the provider after the row was read, if something did.</param>
    public static IResult Of(MeetingRow row, HttpResponse response, string? providerState = null)
    {
        response.Headers.ETag = MeetingResponse.Tag(row.Version);
        return TypedResults.Ok(MeetingResponse.Of(row) with { ProviderState = providerState ?? row.ProviderState });
    }
}
