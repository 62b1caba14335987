using System.Net.Sockets;
using Grpc.Core;

namespace Grpc.Net.Client.Calls;

/// <summary>What a failure below gRPC means in its terms.</summary>
internal static class TransportErrors
{
    public static Status ToStatus(Exception error, string what) => error switch
    {
        RpcException rpc => rpc.Status,
        OperationCanceledException => new Status(StatusCode.Cancelled, $"{what} {Describe(error)}", error),
        _ => new Status(Code(error), $"{what} {Describe(error)}", error),
    };

    private static StatusCode Code(Exception error)
    {
        var chain = new List<Exception>();
        for (var e = error; e is not null; e = e.InnerException) chain.Add(e);

        // A stream that was reset says why; that the connection is an IOException too says less.
        if (chain.OfType<HttpProtocolException>().FirstOrDefault() is { } reset) return FromReset(reset.ErrorCode);
        return chain.Exists(e => e is SocketException or IOException) ? StatusCode.Unavailable : StatusCode.Internal;
    }

    private static StatusCode FromReset(long code) => code switch
    {
        7 => StatusCode.Unavailable, // REFUSED_STREAM
        8 => StatusCode.Cancelled, // CANCEL
        11 => StatusCode.ResourceExhausted, // ENHANCE_YOUR_CALM
        12 => StatusCode.PermissionDenied, // INADEQUATE_SECURITY
        _ => StatusCode.Internal,
    };

    private static string Describe(Exception error)
    {
        var text = $"{error.GetType().Name}: {error.Message}";
        return error.InnerException is { } inner ? $"{text} {Describe(inner)}" : text;
    }
}
