using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting;

public static class ParameterResourceBuilderExtensions
{
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, bool secret = false) =>
        builder.AddParameter(name, null, Key(name), secret, persist: false);

    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, string value, bool publishValueAsDefault = false, bool secret = false)
    {
        ArgumentNullException.ThrowIfNull(value);
        return builder.AddParameter(name, () => value, publishValueAsDefault, secret);
    }

    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, Func<string> valueGetter, bool publishValueAsDefault = false,
        bool secret = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(valueGetter);
        if (publishValueAsDefault && secret) throw new ArgumentException("A parameter cannot be both secret and published as a default value.", nameof(secret));
        return builder.AddResource(new ParameterResource(name, _ => valueGetter(), secret) { ConfigurationKey = Key(name) });
    }

    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, ParameterDefault value, bool secret = false, bool persist = false)
    {
        ArgumentNullException.ThrowIfNull(value);
        return builder.AddParameter(name, value, Key(name), secret, persist);
    }

    public static IResourceBuilder<ParameterResource> AddParameterFromConfiguration(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, string configurationKey, bool secret = false) =>
        builder.AddParameter(name, null, configurationKey, secret, persist: false);

    public static IResourceBuilder<ParameterResource> WithDescription(
        this IResourceBuilder<ParameterResource> builder, string description, bool enableMarkdown = false)
    {
        builder.Resource.Description = description;
        builder.Resource.EnableDescriptionMarkdown = enableMarkdown;
        return builder;
    }

    public static IResourceBuilder<IResourceWithConnectionString> AddConnectionString(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, string? environmentVariableName = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var key = $"ConnectionStrings:{name}";
        return builder.AddResource(new ConnectionStringParameterResource(name, _ => Value(builder, name, key, null), environmentVariableName)
        {
            ConfigurationKey = key,
        });
    }

    /// <summary>A parameter for the password of a resource that was given none.</summary>
    public static ParameterResource CreateDefaultPasswordParameter(
        IDistributedApplicationBuilder builder, string name, bool lower = true, bool upper = true, bool numeric = true, bool special = true,
        int minLower = 0, int minUpper = 0, int minNumeric = 0, int minSpecial = 0)
    {
        // 22 characters of these alphabets are 128 bits.
        var generated = new GenerateParameterDefault
        {
            MinLength = 22,
            Lower = lower,
            Upper = upper,
            Numeric = numeric,
            Special = special,
            MinLower = minLower,
            MinUpper = minUpper,
            MinNumeric = minNumeric,
            MinSpecial = minSpecial,
        };
        return New(builder, name, generated, Key(name), secret: true, persist: true);
    }

    private static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, ParameterDefault? value, string key, bool secret, bool persist)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddResource(New(builder, name, value, key, secret, persist));
    }

    private static ParameterResource New(
        IDistributedApplicationBuilder builder, string name, ParameterDefault? value, string key, bool secret, bool persist)
    {
        var keep = persist ? ((DistributedApplicationBuilder)Unwrap(builder)).Secrets : null;
        return new ParameterResource(name, given => Value(builder, name, key, given, keep), secret) { Default = value, ConfigurationKey = key };
    }

    private static string Value(
        IDistributedApplicationBuilder builder, string name, string key, ParameterDefault? fallback, Orchestration.SecretsFile? keep = null)
    {
        // An environment variable cannot have a hyphen in its name, so the underscored spelling counts as well.
        var separator = key.LastIndexOf(':') + 1;
        var configured = builder.Configuration[key] ?? builder.Configuration[key[..separator] + key[separator..].Replace('-', '_')];
        if (!string.IsNullOrEmpty(configured)) return configured;

        if (fallback is null)
        {
            throw new MissingParameterValueException(
                $"Parameter resource could not be used because configuration key '{key}' is missing and the Parameter '{name}' has no default value.");
        }

        var value = fallback.GetDefaultValue();
        keep?.Set(key, value);
        return value;
    }

    private static string Key(string name) => $"Parameters:{name}";

    private static IDistributedApplicationBuilder Unwrap(IDistributedApplicationBuilder builder) =>
        builder is IWrappedBuilder wrapped ? wrapped.Inner : builder;
}

/// <summary>The builder that a test sees stands before the real one.</summary>
internal interface IWrappedBuilder
{
    IDistributedApplicationBuilder Inner { get; }
}

internal sealed class ConnectionStringParameterResource(string name, Func<ParameterDefault?, string> callback, string? environmentVariableName)
    : ParameterResource(name, callback, secret: true), IResourceWithConnectionString
{
    public string? ConnectionStringEnvironmentVariable => environmentVariableName;

    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"{(ParameterResource)this}");
}
