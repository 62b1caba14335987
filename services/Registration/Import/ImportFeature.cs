using Meetings.Registration.Demo;

namespace Meetings.Registration.Import;

/// <summary>How schools come in.</summary>
internal static class ImportFeature
{
    public static void AddImport(this IHostApplicationBuilder builder)
    {
        builder.Services.AddScoped<ImportSchool>();
        if (builder.Environment.IsDevelopment()) builder.Services.AddHostedService<DemoSchool>();
    }
}
