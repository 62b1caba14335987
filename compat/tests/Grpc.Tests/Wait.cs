namespace Grpc.Tests;

/// <summary>No test waits for ever: what does not come in time is a failure that says so.</summary>
internal static class Wait
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    public static Task InTime(this Task task) => task.WaitAsync(Longest, TestContext.Current.CancellationToken);

    public static Task<T> InTime<T>(this Task<T> task) => task.WaitAsync(Longest, TestContext.Current.CancellationToken);
}
