using System.Collections.Concurrent;
using System.Reflection;

namespace Refit;

/// <summary>The methods of an interface, understood once. What cannot be a request fails here, before the first call.</summary>
internal static class RestMethods
{
    private static readonly ConcurrentDictionary<Type, IReadOnlyDictionary<MethodInfo, RestMethod>> Known = new();

    public static IReadOnlyDictionary<MethodInfo, RestMethod> Of(Type type) => Known.GetOrAdd(type, Read);

    private static Dictionary<MethodInfo, RestMethod> Read(Type type)
    {
        if (!type.IsInterface) throw new ArgumentException($"{type} is not an interface.", nameof(type));
        var methods = type.GetInterfaces().Prepend(type).SelectMany(part => part.GetMethods()).Where(method => method.IsAbstract).ToList();
        if (methods.Count == 0) throw new InvalidOperationException($"{type} has no requests.");
        return methods.ToDictionary(method => method, method => new RestMethod(type, method));
    }
}
