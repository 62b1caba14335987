using Meetings.Contracts.Directory.V1;
using Meetings.ServiceDefaults.Grpc;

namespace Meetings.Gateway.DevelopmentTokens;

/// <summary>Tokens from the gateway itself. Outside of Development none of it exists: no route, no client, no key.</summary>
internal static class DevelopmentTokensFeature
{
    public static void AddDevelopmentTokens(this IHostApplicationBuilder builder)
    {
        if (!builder.Environment.IsDevelopment()) return;
        builder.AddInternalGrpcClient<SchoolDirectory.SchoolDirectoryClient>("registration");
        builder.Services.AddScoped<IssueToken>();
    }

    public static void MapDevelopmentTokens(this WebApplication app)
    {
        if (app.Environment.IsDevelopment()) IssueToken.Map(app);
    }
}
