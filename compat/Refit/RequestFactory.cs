using System.Text;

namespace Refit;

/// <summary>Makes a request of a method and its arguments.</summary>
internal static class RequestFactory
{
    public static HttpRequestMessage Create(Uri baseAddress, RefitSettings settings, RestMethod method, object?[] arguments)
    {
        var parameters = method.Parameters.Zip(arguments, (parameter, value) => (Parameter: parameter, Value: value)).ToList();
        var request = new HttpRequestMessage(method.HttpMethod, Address(baseAddress, settings, method, parameters));
        if (parameters.Find(p => p.Parameter.Kind == ParameterKind.Body) is { Parameter: { } body, Value: { } value }) request.Content = Body(body.Serialization, value, settings);
        foreach (var (name, header) in Headers(method, parameters)) Add(request, name, header);
        return request;
    }

    private static Uri Address(Uri baseAddress, RefitSettings settings, RestMethod method, List<(RestParameter Parameter, object? Value)> parameters)
    {
        var path = method.Path.Fill(name => ParameterValue.Text(parameters.Find(p => p.Parameter.Kind == ParameterKind.Path && p.Parameter.IsNamed(name)).Value));
        var query = parameters
            .Where(p => p.Parameter.Kind == ParameterKind.Query)
            .SelectMany(p => ParameterValue.Pairs(p.Parameter.Name, p.Value, p.Parameter.Query, settings))
            .Select(pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value)}")
            .ToList();
        var separator = query.Count == 0 ? "" : path.Contains('?', StringComparison.Ordinal) ? "&" : "?";
        return new Uri(baseAddress.AbsolutePath.TrimEnd('/') + path + separator + string.Join('&', query), UriKind.Relative);
    }

    private static HttpContent Body(BodySerializationMethod serialization, object value, RefitSettings settings) => (serialization, value) switch
    {
        (_, HttpContent content) => content,
        (_, Stream stream) => new StreamContent(stream),
        (BodySerializationMethod.Default, string text) => new StringContent(text),
        (BodySerializationMethod.UrlEncoded, string text) => new StringContent(text, Encoding.UTF8, "application/x-www-form-urlencoded"),
        (BodySerializationMethod.UrlEncoded, IEnumerable<KeyValuePair<string, string>> pairs) => new FormUrlEncodedContent(pairs),
        (BodySerializationMethod.UrlEncoded, _) => new FormUrlEncodedContent(ParameterValue.Properties(value, prefix: "", settings)),
        _ => settings.ContentSerializer.ToHttpContent(value),
    };

    /// <summary>Those of the interface, the method, the collection, the parameters; of one name, the last.</summary>
    private static Dictionary<string, string?> Headers(RestMethod method, List<(RestParameter Parameter, object? Value)> parameters)
    {
        var headers = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in method.Headers) headers[name] = value;
        foreach (var (_, value) in parameters.Where(p => p.Parameter.Kind == ParameterKind.Headers))
        {
            foreach (var (name, header) in (IEnumerable<KeyValuePair<string, string>>?)value ?? []) headers[name] = header;
        }

        foreach (var (parameter, value) in parameters)
        {
            if (parameter.Kind == ParameterKind.Header) headers[parameter.HeaderName] = ParameterValue.Text(value);
            else if (parameter.Kind == ParameterKind.Authorization) headers["Authorization"] = value is null ? null : $"{parameter.HeaderName} {ParameterValue.Text(value)}";
        }

        return headers;
    }

    private static void Add(HttpRequestMessage request, string name, string? value)
    {
        // Each collection refuses names that belong to the other.
        if (request.Headers.NonValidated.Contains(name)) request.Headers.Remove(name);
        if (request.Content?.Headers.NonValidated.Contains(name) == true) request.Content.Headers.Remove(name);
        if (value is null) return;

        // A line break would begin another header.
        value = value.Replace("\r", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal);
        if (request.Headers.TryAddWithoutValidation(name, value)) return;
        if (request.Content is null && request.Method != HttpMethod.Get && request.Method != HttpMethod.Head) request.Content = new ByteArrayContent([]);
        request.Content?.Headers.TryAddWithoutValidation(name, value);
    }
}
