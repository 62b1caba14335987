using System.Text.Json;
using System.Text.Json.Serialization;

namespace Meetings.Meeting.Providers.Zoom;

internal static class ZoomJson
{
    /// <summary>snake_case; what is null is left out, since Zoom takes a null for a wrong value.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };
}
