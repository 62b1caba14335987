using System.Reflection;

namespace Refit;

/// <summary>What a method sends, and where its arguments go.</summary>
internal sealed class RestMethod
{
    public RestMethod(Type client, MethodInfo method)
    {
        var attribute = method.GetCustomAttribute<HttpMethodAttribute>(inherit: true)
            ?? throw new NotImplementedException($"{Name(method)} has no HTTP method attribute.");
        if (method.IsGenericMethodDefinition) throw new NotSupportedException($"{Name(method)} is generic.");
        HttpMethod = attribute.Method;
        Path = new PathTemplate(attribute.Path, Name(method));
        Headers = StaticHeaders(client, method);
        Caller = Caller.For(method.ReturnType, Name(method));
        Parameters = [.. method.GetParameters().Select(parameter => new RestParameter(parameter, Path))];
        Check(Name(method));
    }

    public HttpMethod HttpMethod { get; }

    public PathTemplate Path { get; }

    public IReadOnlyList<(string Name, string? Value)> Headers { get; }

    public Caller Caller { get; }

    public IReadOnlyList<RestParameter> Parameters { get; }

    private void Check(string name)
    {
        var missing = Path.Names.Where(placeholder => !Parameters.Any(parameter => parameter.Kind == ParameterKind.Path && parameter.IsNamed(placeholder))).ToList();
        if (missing.Count > 0) throw new ArgumentException($"{name}: the path has {{{missing[0]}}}, but no parameter is called that.");
        if (Parameters.Count(parameter => parameter.Kind == ParameterKind.Cancellation) > 1) throw new ArgumentException($"{name} has more than one CancellationToken.");

        // Without attributes, the one object that a method with a body takes is the body.
        var bodies = Parameters.Where(parameter => parameter.Kind == ParameterKind.Body).ToList();
        if (bodies.Count == 0 && (HttpMethod == HttpMethod.Post || HttpMethod == HttpMethod.Put || HttpMethod == HttpMethod.Patch))
        {
            bodies = [.. Parameters.Where(parameter => parameter is { Kind: ParameterKind.Query, IsExplicit: false, IsObject: true })];
            foreach (var body in bodies) body.BecomeBody();
        }

        if (bodies.Count > 1) throw new ArgumentException($"{name} has several parameters that could be the body. Mark one with [Body], the others with [Query].");
        foreach (var parameter in Parameters.Where(parameter => parameter.Kind == ParameterKind.Query)) parameter.CheckQuery(name);
    }

    private static List<(string Name, string? Value)> StaticHeaders(Type client, MethodInfo method)
    {
        // The narrower scope comes later, and so wins.
        var scopes = client.GetInterfaces().Append(client).Select(type => type.GetCustomAttribute<HeadersAttribute>()).Append(method.GetCustomAttribute<HeadersAttribute>(inherit: true));
        return [.. scopes.SelectMany(scope => scope?.Headers ?? []).Where(header => !string.IsNullOrWhiteSpace(header)).Select(header =>
            header.Split(':', 2) is [var name, var value] ? (name.Trim(), (string?)value.Trim()) : (header.Trim(), null))];
    }

    private static string Name(MethodInfo method) => $"{method.DeclaringType?.Name}.{method.Name}";
}
