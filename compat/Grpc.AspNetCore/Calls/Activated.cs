using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Calls;

/// <summary>The services' own instance, or one made for the call, which goes with it.</summary>
internal readonly struct Activated<T>(T instance, bool made)
    where T : class
{
    public T Instance => instance;

    public static Activated<T> Create(IServiceProvider services, Type type, object[] arguments)
    {
        if (arguments.Length == 0 && services.GetService(type) is T known) return new Activated<T>(known, made: false);
        return new Activated<T>((T)ActivatorUtilities.CreateInstance(services, type, arguments), made: true);
    }

    public async ValueTask DisposeAsync()
    {
        if (!made) return;
        if (instance is IAsyncDisposable asyncDisposable) await asyncDisposable.DisposeAsync();
        else if (instance is IDisposable disposable) disposable.Dispose();
    }
}
