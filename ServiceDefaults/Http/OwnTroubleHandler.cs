using Meetings.ServiceDefaults.Data;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Meetings.ServiceDefaults.Http;

/// <summary>Answers 503 for our own trouble that passes, so that callers come again, and 500 stays for defects.</summary>
internal sealed partial class OwnTroubleHandler(ILogger<OwnTroubleHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (!DatabaseTrouble.Passes(exception)) return false;

        LogTrouble(exception);
        await Problem.TemporarilyUnavailable.ExecuteAsync(httpContext);
        return true;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database is in trouble; whoever asked is told to come again")]
    private partial void LogTrouble(Exception exception);
}
