using System.Reflection;

namespace Refit;

/// <summary>Makes clients of interfaces whose methods are requests.</summary>
public static class RestService
{
    public static T For<T>(HttpClient client) => For<T>(client, settings: null);

    public static T For<T>(HttpClient client, RefitSettings? settings)
    {
        ArgumentNullException.ThrowIfNull(client);
        var methods = RestMethods.Of(typeof(T));
        var proxy = DispatchProxy.Create<T, RefitProxy>();
        ((RefitProxy)(object)proxy!).Initialize(client, settings ?? new RefitSettings(), methods);
        return proxy;
    }
}
