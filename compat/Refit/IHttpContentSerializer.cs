using System.Reflection;

namespace Refit;

/// <summary>Turns objects into bodies and back.</summary>
public interface IHttpContentSerializer
{
    HttpContent ToHttpContent<T>(T item);

    Task<T?> FromHttpContentAsync<T>(HttpContent content, CancellationToken cancellationToken = default);

    /// <summary>The name that the serializer gives a property. Null leaves it to the caller.</summary>
    string? GetFieldNameForProperty(PropertyInfo propertyInfo);
}
