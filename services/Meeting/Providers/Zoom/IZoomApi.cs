using Refit;

namespace Meetings.Meeting.Providers.Zoom;

/// <summary>The calls of Zoom's REST API that are made here (PROTOCOLS B.2).</summary>
internal interface IZoomApi
{
    [Post("/users/{userId}/meetings")]
    Task<ZoomMeeting> CreateMeetingAsync(string userId, [Body] ZoomMeetingRequest meeting, CancellationToken ct);

    [Get("/users/{userId}/meetings")]
    Task<ZoomMeetingPage> ListMeetingsAsync(
        string userId, string type, [AliasAs("page_size")] int pageSize, [AliasAs("next_page_token")] string? nextPageToken, CancellationToken ct);

    [Get("/meetings/{meetingId}")]
    Task<ZoomMeeting> GetMeetingAsync(string meetingId, CancellationToken ct);

    /// <summary>What the body does not mention stays.</summary>
    [Patch("/meetings/{meetingId}")]
    Task UpdateMeetingAsync(string meetingId, [Body] ZoomMeetingRequest meeting, CancellationToken ct);

    [Post("/meetings/{meetingId}/registrants")]
    Task<ZoomRegistrant> AddRegistrantAsync(string meetingId, [Body] ZoomRegistrantRequest registrant, CancellationToken ct);

    [Delete("/meetings/{meetingId}/registrants/{registrantId}")]
    Task DeleteRegistrantAsync(string meetingId, string registrantId, CancellationToken ct);

    [Put("/meetings/{meetingId}/status")]
    Task SetMeetingStatusAsync(string meetingId, [Body] ZoomStatusRequest status, CancellationToken ct);

    [Delete("/meetings/{meetingId}")]
    Task DeleteMeetingAsync(string meetingId, CancellationToken ct);

    /// <param name="instance">A sitting's uuid, encoded once beforehand when it holds a slash (<see cref="ZoomUuid"/>).</param>
    /// <param name="pageSize">At most 300.</param>
    /// <param name="includeFields"><c>registrant_id</c>, which the report leaves out otherwise.</param>
    /// <param name="nextPageToken">Null for the first page.</param>
    /// <param name="ct">Cancels the call.</param>
    [Get("/report/meetings/{instance}/participants")]
    Task<ZoomParticipantPage> ReportParticipantsAsync(
        string instance, [AliasAs("page_size")] int pageSize, [AliasAs("include_fields")] string includeFields,
        [AliasAs("next_page_token")] string? nextPageToken, CancellationToken ct);
}
