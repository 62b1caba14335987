namespace Meetings.WebhookIngress.Tests;

/// <summary>Tokens made outside of this code base, and read by LiveKit's own SDK (livekit-server-sdk 2.19.2).</summary>
internal static class LiveKitVectors
{
    public const string KeyId = "APITestKey00001";
    public const string Secret = "lk-test-secret-0123456789abcdefghijklmnop";

    public static readonly Vector W1 = new(
        "APITestKey00001", "lk-test-secret-0123456789abcdefghijklmnop",
        "{\"event\":\"participant_joined\",\"room\":{\"sid\":\"RM_q7LmZ2xVt9Kd\",\"name\":\"lesson-7b-algebra\",\"emptyTimeout\":300,\"creationTime\":\"1760000000\",\"enabledCodecs\":[{\"mime\":\"audio/opus\"},{\"mime\":\"video/VP8\"}],\"numParticipants\":1,\"departureTimeout\":20,\"creationTimeMs\":\"1760000000123\"},\"participant\":{\"sid\":\"PA_h3TnR8wYc5Pb\",\"identity\":\"student-42\",\"state\":\"ACTIVE\",\"metadata\":\"{\\\"role\\\":\\\"student\\\"}\",\"joinedAt\":\"1760000059\",\"name\":\"\u0410\u043d\u043d\u0430 \u0401\u043b\u043a\u0438\u043d\u0430\",\"version\":3,\"permission\":{\"canSubscribe\":true,\"canPublish\":true,\"canPublishData\":true},\"attributes\":{\"classId\":\"7b\"},\"joinedAtMs\":\"1760000059456\"},\"id\":\"EV_k9XsD4uGm2Qj\",\"createdAt\":\"1760000060\"}",
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJBUElUZXN0S2V5MDAwMDEiLCJleHAiOjQxMDI0NDQ4MDAsIm5iZiI6MTc2MDAwMDAwMCwiaWF0IjoxNzYwMDAwMDAwLCJzaGEyNTYiOiJ0UFloV3pnUmRBWTVsMFc1VzNZTGJzNVN2eFNEK2xjWEhJTTB2Qy9Wb1RJPSJ9.EPpYss7F1qPE8caRTPxksbXdRqljfiTt9ijvh8yacFE");

    public static readonly Vector W2 = new(
        "devkey", "secret",
        "{\"event\":\"room_finished\", \"room\":{\"sid\":\"RM_q7LmZ2xVt9Kd\", \"name\":\"lesson-7b-algebra\", \"emptyTimeout\":300, \"creationTime\":\"1760000000\", \"departureTimeout\":20, \"creationTimeMs\":\"1760000000123\"}, \"id\":\"EV_w2BfC7rNp5Ls\", \"createdAt\":\"1760003600\"}",
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJkZXZrZXkiLCJleHAiOjQxMDI0NDQ4MDAsIm5iZiI6MTc2MDAwMDAwMCwiaWF0IjoxNzYwMDAwMDAwLCJzaGEyNTYiOiJDVitrSlRXaFBMeTJBcEpnaGVJVmwvWW5ZY1UzdC9aU1owVXRLTE9EaE9VPSJ9.im9AAC61VPG32_FaejQXijfdwSw3RhgbglHxZUKobZU");

    /// <summary>A participant's token for a room.</summary>
    public const string JoinToken =
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJBUElUZXN0S2V5MDAwMDEiLCJzdWIiOiJzdHVkZW50LTQyIiwibmJmIjoxNzYwMDAwMDAwLCJleHAiOjQxMDI0NDQ4MDAsIm5hbWUiOiLQkNC90L3QsCDQgdC70LrQuNC90LAiLCJtZXRhZGF0YSI6IntcInJvbGVcIjpcInN0dWRlbnRcIn0iLCJhdHRyaWJ1dGVzIjp7ImNsYXNzSWQiOiI3YiJ9LCJ2aWRlbyI6eyJyb29tSm9pbiI6dHJ1ZSwicm9vbSI6Imxlc3Nvbi03Yi1hbGdlYnJhIiwiY2FuUHVibGlzaCI6dHJ1ZSwiY2FuU3Vic2NyaWJlIjp0cnVlLCJjYW5QdWJsaXNoRGF0YSI6dHJ1ZSwiY2FuUHVibGlzaFNvdXJjZXMiOlsiY2FtZXJhIiwibWljcm9waG9uZSJdfX0.KNpjHhVYbHINUIj9LdqWiQRAg2ltcU5lFRTcRqrKjiQ";

    /// <summary>An administrator's token, whose header has no <c>typ</c>.</summary>
    public const string AdminToken =
        "eyJhbGciOiJIUzI1NiJ9.eyJ2aWRlbyI6eyJyb29tQ3JlYXRlIjp0cnVlLCJyb29tTGlzdCI6dHJ1ZSwicm9vbUFkbWluIjp0cnVlLCJyb29tIjoibGVzc29uLTdiLWFsZ2VicmEifSwiaXNzIjoiQVBJVGVzdEtleTAwMDAxIiwiZXhwIjo0MTAyNDQ0ODAwLCJuYmYiOjE3NjAwMDAwMDB9.eDCmAvvNx3RD6xGqBT3Nn0cgQ_5dj1bm6tSIKnI9P8A";

    /// <summary>A body and the token that LiveKit would send with it, valid from 2025-10-09T08:53:20Z to 2100.</summary>
    public sealed record Vector(string KeyId, string Secret, string Body, string Token);
}
