using System.Reflection;

namespace Refit;

/// <summary>Implements an interface of requests. Not sealed: the runtime derives from it.</summary>
internal class RefitProxy : DispatchProxy
{
    private HttpClient _client = null!;
    private RefitSettings _settings = null!;
    private IReadOnlyDictionary<MethodInfo, RestMethod> _methods = null!;

    public void Initialize(HttpClient client, RefitSettings settings, IReadOnlyDictionary<MethodInfo, RestMethod> methods) =>
        (_client, _settings, _methods) = (client, settings, methods);

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (_client.BaseAddress is null) throw new InvalidOperationException("BaseAddress must be set on the HttpClient instance");
        var method = _methods[targetMethod!];
        return method.Caller.Call(new Exchange(_client, _settings, method, args ?? []));
    }
}
