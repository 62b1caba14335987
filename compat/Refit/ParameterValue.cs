using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.Serialization;

namespace Refit;

/// <summary>Writes values as text, and objects as names with values.</summary>
internal static class ParameterValue
{
    /// <summary>One value, or several of one kind.</summary>
    public static bool IsSimple(Type type) => IsSingle(type) || ItemOf(type) is { } item && IsSingle(item);

    public static string? Text(object? value, string? format = null) => value switch
    {
        null => null,
        Enum e when string.IsNullOrEmpty(format) => e.GetType().GetField(e.ToString())?.GetCustomAttribute<EnumMemberAttribute>()?.Value ?? e.ToString(),
        IFormattable formattable => formattable.ToString(format, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };

    /// <summary>The pairs of a parameter. What is null is left out.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Pairs(string name, object? value, QueryAttribute? query, RefitSettings settings)
    {
        if (value is null) return [];
        if (IsSingle(value.GetType())) return [new(name, Text(value, query?.Format)!)];
        return value is IEnumerable items ? Several(name, items, query, settings) : Properties(value, prefix: "", settings);
    }

    /// <summary>The properties of an object, those of objects within it with a dot between the names.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Properties(object value, string prefix, RefitSettings settings)
    {
        foreach (var property in value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanRead && property.GetIndexParameters().Length == 0))
        {
            if (property.IsDefined(typeof(IgnoreDataMemberAttribute)) || property.GetValue(value) is not { } content) continue;
            var name = prefix + Name(property, settings);
            var query = property.GetCustomAttribute<QueryAttribute>();
            var pairs = IsSimple(content.GetType()) ? Pairs(name, content, query, settings) : Properties(content, name + ".", settings);
            foreach (var pair in pairs) yield return pair;
        }
    }

    private static string Name(PropertyInfo property, RefitSettings settings) =>
        property.GetCustomAttribute<AliasAsAttribute>()?.Name ?? settings.ContentSerializer.GetFieldNameForProperty(property) ?? property.Name;

    private static IEnumerable<KeyValuePair<string, string>> Several(string name, IEnumerable items, QueryAttribute? query, RefitSettings settings)
    {
        var values = items.Cast<object?>().Select(item => Text(item, query?.Format)).OfType<string>().ToList();
        var format = query is { IsCollectionFormatSpecified: true } ? query.CollectionFormat : settings.CollectionFormat;
        if (format == CollectionFormat.Multi) return values.Select(value => KeyValuePair.Create(name, value));
        var separator = format switch
        {
            CollectionFormat.Ssv => ' ',
            CollectionFormat.Tsv => '\t',
            CollectionFormat.Pipes => '|',
            _ => ',',
        };
        return [new(name, string.Join(separator, values))];
    }

    private static bool IsSingle(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type == typeof(string) || type == typeof(bool) || type == typeof(Uri) || typeof(IFormattable).IsAssignableFrom(type);
    }

    private static Type? ItemOf(Type type) =>
        type.GetInterfaces().Append(type).FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEnumerable<>))?.GetGenericArguments()[0];
}
