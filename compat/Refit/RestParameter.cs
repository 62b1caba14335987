using System.Collections;
using System.Reflection;

namespace Refit;

/// <summary>Where an argument goes in the request.</summary>
internal sealed class RestParameter
{
    private readonly Type _type;

    public RestParameter(ParameterInfo parameter, PathTemplate path)
    {
        _type = parameter.ParameterType;
        Name = parameter.GetCustomAttribute<AliasAsAttribute>()?.Name ?? parameter.Name!;
        Query = parameter.GetCustomAttribute<QueryAttribute>();
        var body = parameter.GetCustomAttribute<BodyAttribute>();
        var header = parameter.GetCustomAttribute<HeaderAttribute>();
        var authorize = parameter.GetCustomAttribute<AuthorizeAttribute>();

        if (_type == typeof(CancellationToken) || _type == typeof(CancellationToken?)) Kind = ParameterKind.Cancellation;
        else if (body is not null) (Kind, Serialization) = (ParameterKind.Body, body.SerializationMethod);
        else if (header is not null) (Kind, HeaderName) = (ParameterKind.Header, header.Header);
        else if (authorize is not null) (Kind, HeaderName) = (ParameterKind.Authorization, authorize.Scheme);
        else if (parameter.IsDefined(typeof(HeaderCollectionAttribute)))
        {
            if (!_type.IsAssignableFrom(typeof(Dictionary<string, string>))) throw new ArgumentException($"The [HeaderCollection] {parameter.Name} must be an IDictionary<string, string>.");
            Kind = ParameterKind.Headers;
        }
        else if (Query is null && path.Names.Any(IsNamed)) Kind = ParameterKind.Path;
        else Kind = ParameterKind.Query;
    }

    public string Name { get; }

    public ParameterKind Kind { get; private set; }

    public QueryAttribute? Query { get; }

    public BodySerializationMethod Serialization { get; }

    /// <summary>Of <see cref="ParameterKind.Authorization"/>, the scheme.</summary>
    public string HeaderName { get; } = "";

    public bool IsExplicit => Query is not null;

    public bool IsObject => !_type.IsValueType && !ParameterValue.IsSimple(_type);

    public bool IsNamed(string name) => string.Equals(Name, name, StringComparison.OrdinalIgnoreCase);

    public void BecomeBody() => Kind = ParameterKind.Body;

    public void CheckQuery(string method)
    {
        if (_type == typeof(object) || _type.IsAbstract && !typeof(IEnumerable).IsAssignableFrom(_type) || typeof(IDictionary).IsAssignableFrom(_type) || typeof(Stream).IsAssignableFrom(_type))
        {
            throw new NotSupportedException($"{method}: {_type.Name} {Name} cannot be a query parameter.");
        }
    }
}
