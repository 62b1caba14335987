using System.Text.Json;
using System.Text.Json.Serialization;

namespace Meetings.LiveKitSandbox.Twirp;

internal static class TwirpJson
{
    public static readonly JsonSerializerOptions Errors = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };
}
