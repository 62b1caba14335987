namespace Meetings.LiveKitSandbox.Twirp;

/// <summary>Faults waiting for calls of the RoomService: what a client must live with and the sandbox would never do by itself.</summary>
internal sealed class ApiFaults
{
    private readonly Lock _gate = new();
    private readonly List<(ApiFault Fault, int Left)> _faults = [];

    /// <summary>The next so many calls of the fault's method, or of any, get it.</summary>
    public void Add(ApiFault fault)
    {
        lock (_gate)
        {
            _faults.Add((fault, fault.Times));
        }
    }

    public ApiFault? Take(string method)
    {
        lock (_gate)
        {
            var at = _faults.FindIndex(f => f.Fault.Method is null || f.Fault.Method == method);
            if (at < 0) return null;

            var (fault, left) = _faults[at];
            if (left <= 1) _faults.RemoveAt(at);
            else _faults[at] = (fault, left - 1);
            return fault;
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _faults.Clear();
        }
    }
}

/// <summary>What becomes of calls.</summary>
internal sealed record ApiFault
{
    /// <summary>Such as CreateRoom; any, if not said.</summary>
    public string? Method { get; init; }

    /// <summary>How many calls.</summary>
    public int Times { get; init; } = 1;

    /// <summary>Real seconds before the answer.</summary>
    public double DelaySeconds { get; init; }

    /// <summary>Whether the call has its effect all the same.</summary>
    public bool HasEffect { get; init; }

    /// <summary>The connection breaks instead of an answer.</summary>
    public bool Abort { get; init; }

    /// <summary>Status of the answer. None: the right answer, after the delay.</summary>
    public int? Status { get; init; }

    /// <summary>Body of the answer, such as a proxy's page or a Twirp error.</summary>
    public string Body { get; init; } = "";

    public string ContentType { get; init; } = "text/html";

    /// <summary>Seconds, told in the answer's <c>Retry-After</c>.</summary>
    public int? RetryAfter { get; init; }

    public async Task PlayAsync(HttpContext http, Func<Task<IResult>> answer)
    {
        var right = Status is null && !Abort;
        var result = right || HasEffect ? await answer() : null;
        if (DelaySeconds > 0) await Task.Delay(TimeSpan.FromSeconds(DelaySeconds), http.RequestAborted);
        if (RetryAfter is { } wait) http.Response.Headers.RetryAfter = wait.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (Abort) http.Abort();
        else await (right ? result! : Results.Text(Body, ContentType, statusCode: Status)).ExecuteAsync(http);
    }
}
