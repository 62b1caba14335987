using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using Trial.V1;

namespace Grpc.Tests;

/// <summary>What the server saw of calls, for tests to wait for.</summary>
internal sealed class Seen
{
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Cancelled => _cancelled.Task;

    /// <summary>A flood came to its end.</summary>
    public Task Ended => _ended.Task;

    public DateTime? Deadline { get; set; }

    public void Cancel() => _cancelled.TrySetResult();

    public void End() => _ended.TrySetResult();
}

/// <summary>Answers as it is asked to.</summary>
internal sealed class TrialService(Seen seen) : Trial.V1.Trial.TrialBase
{
    public override async Task<Words> Say(Words request, ServerCallContext context)
    {
        switch (request.Ask)
        {
            case "header":
                return new Words { Ask = context.RequestHeaders.GetValue("x-said") + Convert.ToHexString(context.RequestHeaders.GetValueBytes("x-said-bin") ?? []) };
            case "deadline":
                seen.Deadline = context.Deadline;
                return request;
            case "wait":
                await UntilCancelled(context);
                return request;
            case "fail":
                throw new RpcException(new Status(StatusCode.FailedPrecondition, "Größe: 100 % zu viel\n"), Details());
            case "break":
                throw new InvalidOperationException("the secret of the house");
            case "status":
                context.ResponseTrailers.Add("x-after", "yes");
                context.Status = new Status(StatusCode.NotFound, "not here");
                return request;
            case "trailers":
                await context.WriteResponseHeadersAsync(new Metadata { { "x-before", "yes" } });
                context.ResponseTrailers.Add("x-after", "yes");
                return request;
            case "large":
                return new Words { Load = ByteString.CopyFrom(new byte[request.Number]) };
            case "who":
                return new Words { Ask = $"{context.Method} {context.Host} {context.Peer} {context.GetHttpContext().Request.Protocol}" };
            case "null":
                return null!;
            default:
                return new Words { Ask = request.Ask, Number = request.Load.Length, Load = request.Load };
        }
    }

    public override async Task Count(Words request, IServerStreamWriter<Words> responseStream, ServerCallContext context)
    {
        // From the beginning: a client may have read the last word, and gone, before writing it has returned here.
        using var gone = context.CancellationToken.Register(seen.Cancel);
        await context.WriteResponseHeadersAsync([]);
        if (request.Ask == "flood") await FloodAsync(responseStream);
        for (var i = 1; i <= request.Number; i++)
        {
            await responseStream.WriteAsync(new Words { Ask = request.Ask, Number = i, Load = request.Load });
            if (request.Ask == "fail at two" && i == 2) throw new RpcException(new Status(StatusCode.DataLoss, "lost"), Details());
        }

        if (request.Ask == "wait") await Task.Delay(Timeout.Infinite, context.CancellationToken);
    }

    public override async Task<Words> Join(IAsyncStreamReader<Words> requestStream, ServerCallContext context)
    {
        var words = new List<string>();
        await foreach (var said in requestStream.ReadAllAsync(context.CancellationToken))
        {
            if (said.Ask == "enough") throw new RpcException(new Status(StatusCode.OutOfRange, "enough"));
            words.Add(said.Ask);
        }

        return new Words { Ask = string.Join(' ', words), Number = words.Count };
    }

    public override async Task Echo(IAsyncStreamReader<Words> requestStream, IServerStreamWriter<Words> responseStream, ServerCallContext context)
    {
        await foreach (var said in requestStream.ReadAllAsync())
        {
            if (said.Ask == "stop") return;
            await responseStream.WriteAsync(new Words { Ask = said.Ask.ToUpper(CultureInfo.InvariantCulture), Number = said.Number });
        }
    }

    private async Task FloodAsync(IServerStreamWriter<Words> responses)
    {
        var load = ByteString.CopyFrom(new byte[100_000]);
        try
        {
            while (true) await responses.WriteAsync(new Words { Load = load });
        }
        finally
        {
            seen.End();
        }
    }

    private static Metadata Details() => new() { { "x-why-bin", [0, 1, 254, 255] }, { "x-why", "because" } };

    private async Task UntilCancelled(ServerCallContext context)
    {
        using var _ = context.CancellationToken.Register(seen.Cancel);
        await Task.Delay(Timeout.Infinite, context.CancellationToken);
    }
}
