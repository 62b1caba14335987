namespace Grpc.Core;

/// <summary>What authenticates single calls.</summary>
public abstract class CallCredentials
{
    private protected CallCredentials()
    {
    }

    /// <summary>In the order in which they are asked.</summary>
    internal abstract IEnumerable<AsyncAuthInterceptor> Interceptors { get; }

    public static CallCredentials Compose(params CallCredentials[] credentials)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        return credentials.Length > 1
            ? new Several([.. credentials.SelectMany(c => c.Interceptors)])
            : throw new ArgumentException("Composite credentials must contain at least two call credentials.", nameof(credentials));
    }

    public static CallCredentials FromInterceptor(AsyncAuthInterceptor interceptor)
    {
        ArgumentNullException.ThrowIfNull(interceptor);
        return new Several([interceptor]);
    }

    private sealed class Several(IReadOnlyList<AsyncAuthInterceptor> interceptors) : CallCredentials
    {
        internal override IEnumerable<AsyncAuthInterceptor> Interceptors => interceptors;
    }
}
