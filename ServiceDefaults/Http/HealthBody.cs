using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Meetings.ServiceDefaults.Http;

/// <summary>What <c>/health</c> says beside its status: of each check its status and its numbers. No descriptions: those of other people's checks may hold addresses.</summary>
internal static class HealthBody
{
    public static Task WriteAsync(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(
        new
        {
            status = report.Status.ToString(),
            checks = report.Entries.ToDictionary(
                entry => entry.Key,
                entry => new
                {
                    status = entry.Value.Status.ToString(),
                    data = entry.Value.Data.Where(number => number.Value is int or long).ToDictionary(number => number.Key, number => Convert.ToInt64(number.Value, null)),
                }),
        },
        ApiJson.Options, context.RequestAborted);
}
