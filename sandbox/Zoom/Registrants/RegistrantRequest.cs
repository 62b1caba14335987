using System.Net.Mail;
using System.Text.Json.Nodes;

namespace Meetings.ZoomSandbox.Registrants;

/// <summary>A person to register, as read from a body.</summary>
internal sealed record RegistrantRequest(string Email, string FirstName, string LastName, bool AutoApprove, JsonObject Details)
{
    private static readonly string[] Texts =
    [
        "address", "city", "state", "zip", "country", "phone", "comments", "industry", "job_title", "org", "purchasing_time_frame",
        "role_in_purchase_process", "no_of_employees",
    ];

    public static ZoomError? Read(JsonObject body, out RegistrantRequest request)
    {
        var reader = new BodyReader(body);
        var email = reader.Text("email", 128, required: true);
        if (email is not null && !MailAddress.TryCreate(email, out _)) reader.Refuse("email", "Invalid email address.");

        var details = new JsonObject();
        foreach (var name in Texts)
        {
            if (reader.Text(name, 1024) is { } text) details[name] = text;
        }

        if (reader.Array("custom_questions") is { } questions) details["custom_questions"] = questions.DeepClone();
        request = new RegistrantRequest(
            email ?? "",
            reader.Text("first_name", 64, required: true) ?? "",
            reader.Text("last_name", 64) ?? "",
            reader.Flag("auto_approve") ?? false,
            details);
        return reader.Error;
    }
}
