using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Compat.Shape;

/// <summary>
/// The public face of an assembly as lines of text, to keep a stand-in from offering more than the package that it stands for.
/// <para>In the test project: <c>&lt;Compile Include="../Shape/PublicApi.cs" Link="PublicApi.cs" /&gt;</c> and
/// <c>&lt;None Include="api/*.txt" CopyToOutputDirectory="PreserveNewest" /&gt;</c>. One text file per package, <c>api/Package.txt</c>, has
/// one allowed line per type and per member; lines that begin with <c>#</c> are comments; order does not matter.</para>
/// <para>The test: <c>Assert.Empty(PublicApi.NotAllowed(typeof(SomeTypeOfIt).Assembly))</c>. It fails with exactly the lines that are
/// missing from the file: compare each with the official API before it is put there. A line that is allowed but not offered is no fault
/// (a stand-in is a subset), but <see cref="NotOffered"/> lists them, for packages whose list must be whole.</para>
/// </summary>
internal static class PublicApi
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>What the assembly offers and <c>api/{assembly name}.txt</c> beside the test program does not allow.</summary>
    public static IReadOnlyList<string> NotAllowed(Assembly assembly)
    {
        var offered = Lines(assembly);
        if (offered.Count == 0) throw new InvalidOperationException($"{assembly.GetName().Name} has no public member: nothing is tested.");
        return [.. offered.Except(Allowed(assembly))];
    }

    /// <summary>What the list allows and the assembly does not offer.</summary>
    public static IReadOnlyList<string> NotOffered(Assembly assembly) => [.. Allowed(assembly).Except(Lines(assembly))];

    /// <summary>One canonical line per public or protected type and member, sorted.</summary>
    public static IReadOnlyList<string> Lines(Assembly assembly) =>
        [.. assembly.GetTypes().Where(IsVisible).SelectMany(TypeLines).Distinct().Order(StringComparer.Ordinal)];

    private static HashSet<string> Allowed(Assembly assembly) =>
        [.. File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "api", assembly.GetName().Name + ".txt"))
            .Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#')];

    private static bool IsVisible(Type type) =>
        type.Name[0] != '<' && (type.IsPublic || ((type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamORAssem) && IsVisible(type.DeclaringType!)));

    private static IEnumerable<string> TypeLines(Type type)
    {
        var name = Name(type, null);
        if (typeof(Delegate).IsAssignableFrom(type))
        {
            var invoke = type.GetMethod("Invoke")!;
            return [$"delegate {name}({Parameters(invoke)}) -> {Return(invoke)}{Constraints(type.GetGenericArguments())}"];
        }

        if (type.IsEnum)
            return type.GetEnumNames().Select(v => $"{name}.{v} = {Convert.ToInt64(Enum.Parse(type, v), CultureInfo.InvariantCulture)}").Prepend($"enum {name}");

        var members = type.GetMembers(Declared).Where(m => m is not Type).Select(m => Line(m)).OfType<string>().Select(line => $"{name}.{line}");
        return members.Prepend(Kind(type) + name + Bases(type) + Constraints(type.GetGenericArguments()));
    }

    private static string Kind(Type type) =>
        type.IsInterface ? "interface "
        : type.IsValueType ? "struct "
        : type.IsAbstract && type.IsSealed ? "static class "
        : type.IsAbstract ? "abstract class "
        : type.IsSealed ? "sealed class "
        : "class ";

    private static string Bases(Type type)
    {
        var inherited = (type.BaseType?.GetInterfaces() ?? []).Concat(type.GetInterfaces().SelectMany(i => i.GetInterfaces())).ToHashSet();
        var bases = type.GetInterfaces().Where(i => IsVisible(i) && !inherited.Contains(i)).Select(i => Name(i, null)).Order(StringComparer.Ordinal);
        if (type.BaseType is { } b && b != typeof(object) && b != typeof(ValueType)) bases = bases.Prepend(Name(b, null)).OrderBy(_ => 0);
        var text = string.Join(", ", bases);
        return text.Length == 0 ? "" : " : " + text;
    }

    private static string? Line(MemberInfo member) => member switch
    {
        ConstructorInfo { IsStatic: false } c when Access(c) is { } access => $"{access}.ctor({Parameters(c)})",
        MethodInfo m when !IsAccessor(m) && m.GetBaseDefinition() == m && m.Name[0] != '<' && Access(m) is { } access =>
            $"{access}{m.Name}{Generics(m)}({Parameters(m)}) -> {Return(m)}{Constraints(m.GetGenericArguments())}",
        PropertyInfo p when Accessors(p) is { Length: > 0 } accessors =>
            $"{p.Name}{(p.GetIndexParameters().Length == 0 ? "" : $"[{Parameters((p.GetMethod ?? p.SetMethod)!)}]")} : {Name(p.PropertyType, new NullabilityInfoContext().Create(p))} {{ {accessors}}}",
        FieldInfo f when (f.IsPublic || f.IsFamily || f.IsFamilyOrAssembly) && !f.IsSpecialName =>
            $"{(f.IsLiteral ? "const " : f.IsStatic ? "static " : "")}{f.Name} : {Name(f.FieldType, new NullabilityInfoContext().Create(f))}{(f.IsLiteral ? " = " + Literal(f.GetRawConstantValue()) : "")}",
        EventInfo e when Access(e.AddMethod!) is { } access => $"{access}event {e.Name} : {Name(e.EventHandlerType!, null)}",
        _ => null,
    };

    private static bool IsAccessor(MethodInfo method) => method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal);

    /// <summary>Null for what nobody outside can see; overrides are no new API, so their base decides.</summary>
    private static string? Access(MethodBase method)
    {
        if (!method.IsPublic && !method.IsFamily && !method.IsFamilyOrAssembly) return null;
        var virtuality = method.DeclaringType!.IsInterface || !method.IsVirtual || method.IsFinal ? "" : method.IsAbstract ? "abstract " : "virtual ";
        return (method.IsPublic ? "" : "protected ") + (method.IsStatic ? "static " : virtuality);
    }

    private static string Accessors(PropertyInfo property)
    {
        string Show(MethodInfo? accessor, string word) =>
            accessor is not null && accessor.GetBaseDefinition() == accessor && Access(accessor) is { } access ? access + word + "; " : "";
        var init = property.SetMethod?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) == true;
        return Show(property.GetMethod, "get") + Show(property.SetMethod, init ? "init" : "set");
    }

    private static string Generics(MethodInfo m) =>
        m.IsGenericMethodDefinition ? $"<{string.Join(", ", m.GetGenericArguments().Select(a => a.Name))}>" : "";

    private static string Return(MethodInfo m) => Name(m.ReturnType, new NullabilityInfoContext().Create(m.ReturnParameter));

    private static string Parameters(MethodBase method)
    {
        var extension = method.IsDefined(typeof(ExtensionAttribute), false);
        return string.Join(", ", method.GetParameters().Where(p => p.Name != "value" || !IsSetter(method)).Select(p =>
            (extension && p.Position == 0 ? "this " : "") + (p.IsDefined(typeof(ParamArrayAttribute), false) ? "params " : "")
            + (p.IsOut ? "out " : p.IsIn ? "in " : p.ParameterType.IsByRef ? "ref " : "")
            + Name(p.ParameterType, new NullabilityInfoContext().Create(p)) + " " + p.Name
            + (p.HasDefaultValue ? " = " + Literal(p.DefaultValue) : "")));
    }

    private static bool IsSetter(MethodBase method) => method.IsSpecialName && method.Name.StartsWith("set_", StringComparison.Ordinal);

    private static string Literal(object? value) => value switch
    {
        null => "default",
        string s => $"\"{s}\"",
        bool b => b ? "true" : "false",
        Enum e => e.GetType().Name + "." + e,
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Constraints(Type[] arguments) => string.Concat(arguments.Where(a => a.IsGenericParameter).Select(a =>
    {
        var kinds = a.GenericParameterAttributes;
        var all = a.GetGenericParameterConstraints().Where(c => c != typeof(ValueType)).Select(c => Name(c, null)).ToList();
        if (kinds.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint)) all.Insert(0, "struct");
        else if (kinds.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint)) all.Add("new()");
        if (kinds.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint)) all.Insert(0, "class");
        return all.Count == 0 ? "" : $" where {a.Name} : {string.Join(", ", all)}";
    }));

    private static string Name(Type type, NullabilityInfo? info)
    {
        if (type.IsByRef) return Name(type.GetElementType()!, info is { Type.IsByRef: true } ? null : info);
        if (Nullable.GetUnderlyingType(type) is { } underlying) return Name(underlying, null) + "?";
        if (type.IsGenericParameter) return type.Name;
        var mark = !type.IsValueType && info?.ReadState == NullabilityState.Nullable ? "?" : "";
        if (type.IsArray) return Name(type.GetElementType()!, info?.ElementType) + "[]" + mark;

        var arguments = type.GetGenericArguments();
        var infos = info?.GenericTypeArguments is { } a && a.Length == arguments.Length ? a : new NullabilityInfo?[arguments.Length];
        var own = type.IsNested ? Name(Outer(type, arguments), null) + "." : type.Namespace is null or "System" ? "" : type.Namespace + ".";
        var outer = type.IsNested ? type.DeclaringType!.GetGenericArguments().Length : 0;
        var shown = arguments.Zip(infos, (t, i) => Name(t, i)).Skip(outer).ToList();
        return own + Keyword(type.Name.Split('`')[0], type) + (shown.Count == 0 ? "" : $"<{string.Join(", ", shown)}>") + mark;
    }

    private static Type Outer(Type type, Type[] arguments)
    {
        var outer = type.DeclaringType!;
        return outer.IsGenericTypeDefinition ? outer.MakeGenericType(arguments[..outer.GetGenericArguments().Length]) : outer;
    }

    private static string Keyword(string name, Type type) => type.Namespace != "System" || type.IsNested ? name : name switch
    {
        "String" => "string", "Object" => "object", "Boolean" => "bool", "Int32" => "int", "Int64" => "long", "Double" => "double",
        "Byte" => "byte", "Char" => "char", "Void" => "void", _ => name,
    };
}
