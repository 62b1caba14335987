using System.Text.Json;
using System.Text.Json.Serialization;

namespace Meetings.Gateway.Originals;

/// <summary><c>POST /api/zoom/meetings/register-student {studentId, classId}</c> (S1-01 to S1-03): asked in the words that we use ourselves.</summary>
internal sealed class RegisterStudentOriginal : IOriginal
{
    private sealed record Outcome(string Message, int Registered, IReadOnlyList<Guid> MeetingIds);

    private sealed record Answered(string Message, int Registered, [property: JsonPropertyName("meetingIds")] IReadOnlyList<Guid> MeetingIds);

    public string Name => "register-student";

    public object Answer(JsonElement? answer, HttpContext request)
    {
        var outcome = OriginalJson.Read<Outcome>(answer);
        return new Answered(outcome.Message, outcome.Registered, outcome.MeetingIds);
    }
}
