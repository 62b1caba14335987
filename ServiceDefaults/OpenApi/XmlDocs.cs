using System.Collections.Concurrent;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Meetings.ServiceDefaults.OpenApi;

/// <summary>What the code's own documentation says of types and their properties, as text.</summary>
internal static partial class XmlDocs
{
    private static readonly ConcurrentDictionary<Assembly, Dictionary<string, XElement>> Members = new();

    public static string? OfType(Type type) => Find($"T:{Name(type)}", type.Assembly)?.Element("summary") is { } summary ? Text(summary) : null;

    /// <summary>Of a property, or of the parameter of the record that it comes from.</summary>
    public static string? OfProperty(PropertyInfo property)
    {
        var type = property.DeclaringType!;
        var own = Find($"P:{Name(type)}.{property.Name}", type.Assembly)?.Element("summary")
            ?? Find($"T:{Name(type)}", type.Assembly)?.Elements("param").FirstOrDefault(param => (string?)param.Attribute("name") == property.Name);
        return own is null ? null : Text(own);
    }

    private static XElement? Find(string member, Assembly assembly) => Members.GetOrAdd(assembly, Load).GetValueOrDefault(member);

    private static Dictionary<string, XElement> Load(Assembly assembly)
    {
        var path = Path.ChangeExtension(assembly.Location, ".xml");
        return File.Exists(path)
            ? XDocument.Load(path).Descendants("member").GroupBy(member => (string)member.Attribute("name")!).ToDictionary(same => same.Key, same => same.First())
            : [];
    }

    private static string Name(Type type) => (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName!.Replace('+', '.');

    private static string Text(XElement element)
    {
        var parts = element.Nodes().Select(node => node switch
        {
            XText text => text.Value,
            XElement { Name.LocalName: "see" or "paramref" } named => $"`{Short((string?)named.Attribute("cref") ?? (string?)named.Attribute("name") ?? "")}`",
            XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
            XElement other => other.Value,
            _ => "",
        });
        return Space().Replace(string.Concat(parts), " ").Trim();
    }

    private static string Short(string cref)
    {
        var name = cref.Split('(')[0];
        return name[(name.LastIndexOfAny(['.', ':']) + 1)..];
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
