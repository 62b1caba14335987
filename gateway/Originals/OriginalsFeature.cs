using Yarp.ReverseProxy.Transforms.Builder;

namespace Meetings.Gateway.Originals;

/// <summary>The routes of the systems that this one replaces, in their own shapes.</summary>
internal static class OriginalsFeature
{
    public static void AddOriginals(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IOriginal, CreateMeetingOriginal>();
        builder.Services.AddSingleton<IOriginal, GetTokenOriginal>();
        builder.Services.AddSingleton<IOriginal, GetInfoOriginal>();
        builder.Services.AddSingleton<IOriginal, EndMeetingOriginal>();
        builder.Services.AddSingleton<IOriginal>(new PresenceOriginal("join"));
        builder.Services.AddSingleton<IOriginal>(new PresenceOriginal("leave"));
        builder.Services.AddSingleton<IOriginal, GetParticipantsOriginal>();
        builder.Services.AddSingleton<IOriginal, GetAttendanceOriginal>();
        builder.Services.AddSingleton<IOriginal, RegisterStudentOriginal>();
        builder.Services.AddSingleton<ITransformProvider, OriginalTransforms>();

        // What the gateway itself refuses on these paths says so in their words as well.
        builder.Services.PostConfigure<ProblemDetailsOptions>(options =>
        {
            var ours = options.CustomizeProblemDetails;
            options.CustomizeProblemDetails = context =>
            {
                ours?.Invoke(context);
                if (IsOriginal(context.HttpContext.Request.Path)) OriginalJson.Extend(context.ProblemDetails.Extensions, context.ProblemDetails.Title, context.ProblemDetails.Detail);
            };
        });
    }

    private static bool IsOriginal(PathString path) =>
        path.StartsWithSegments("/api/meetings", StringComparison.OrdinalIgnoreCase) || path.StartsWithSegments("/api/meeting", StringComparison.OrdinalIgnoreCase)
        || path.StartsWithSegments("/api/zoom/meetings", StringComparison.OrdinalIgnoreCase);
}
