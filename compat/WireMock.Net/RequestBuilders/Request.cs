using System.Text.Json.Nodes;
using WireMock.Matchers;
using WireMock.Matchers.Request;

namespace WireMock.RequestBuilders;

/// <inheritdoc cref="IRequestBuilder"/>
public class Request : IRequestBuilder
{
    private readonly List<Func<RequestMessage, bool>> _conditions = [];

    private Request()
    {
    }

    public static IRequestBuilder Create() => new Request();

    public IRequestBuilder WithPath(params string[] paths) => WithPath([.. paths.Select(path => new WildcardMatcher(path))]);

    public IRequestBuilder WithPath(params IStringMatcher[] matchers) => With(request => matchers.Any(matcher => matcher.IsMatch(request.Path, null)));

    public IRequestBuilder WithPath(params Func<string, bool>[] funcs) => With(request => funcs.Any(func => func(request.Path)));

    public IRequestBuilder UsingGet() => UsingMethod("GET");

    public IRequestBuilder UsingPost() => UsingMethod("POST");

    public IRequestBuilder UsingPut() => UsingMethod("PUT");

    public IRequestBuilder UsingDelete() => UsingMethod("DELETE");

    public IRequestBuilder UsingPatch() => UsingMethod("PATCH");

    public IRequestBuilder UsingAnyMethod() => this;

    public IRequestBuilder UsingMethod(params string[] methods) => With(request => methods.Contains(request.Method, StringComparer.OrdinalIgnoreCase));

    public IRequestBuilder WithParam(string key) => With(request => request.Query!.ContainsKey(key));

    public IRequestBuilder WithParam(string key, params string[] values) =>
        values.Length == 0 ? WithParam(key) : With(request => request.Query!.TryGetValue(key, out var found) && found.Order(StringComparer.Ordinal).SequenceEqual(values.Order(StringComparer.Ordinal)));

    public IRequestBuilder WithHeader(string name, string pattern)
    {
        IMatcher matcher = new WildcardMatcher(pattern, ignoreCase: true);
        return With(request => request.Headers!.Any(header => string.Equals(header.Key, name, StringComparison.OrdinalIgnoreCase) && header.Value.Exists(value => matcher.IsMatch(value, null))));
    }

    public IRequestBuilder WithBody(string body) => WithBody(new WildcardMatcher(body));

    public IRequestBuilder WithBody(IMatcher matcher) => With(request => matcher.IsMatch(request.Body, request.BodyAsJson as JsonNode));

    public IRequestBuilder WithBody(Func<string?, bool> func) => WithBody(new FuncMatcher(func));

    public IRequestBuilder WithBodyAsJson(object body) => WithBody(body is string json ? new JsonMatcher(json) : new JsonMatcher(body));

    RequestMatchResult IRequestMatcher.Match(RequestMessage request) =>
        _conditions.Count == 0 ? new RequestMatchResult(1, 1) : new RequestMatchResult(_conditions.Count, _conditions.Count(condition => condition(request)));

    private Request With(Func<RequestMessage, bool> condition)
    {
        _conditions.Add(condition);
        return this;
    }
}
