using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Orchestration;

/// <summary>The environment and the arguments of one instance, as the model's callbacks give them at this start.</summary>
internal sealed record ExecutionConfiguration(
    IReadOnlyDictionary<string, string> Environment, IReadOnlyList<string> Arguments, IReadOnlySet<string> SecretVariables)
{
    public static async Task<ExecutionConfiguration> ResolveAsync(
        IResource resource, IReadOnlyDictionary<EndpointAnnotation, int> processPorts, DistributedApplicationExecutionContext execution, ILogger logger,
        CancellationToken cancellationToken)
    {
        var context = new ValueProviderContext { ExecutionContext = execution, Caller = resource, ProcessPorts = processPorts };
        var given = new EnvironmentCallbackContext(execution, resource, cancellationToken: cancellationToken) { Logger = logger };
        foreach (var callback in resource.Annotations.OfType<EnvironmentCallbackAnnotation>()) await callback.Callback(given);

        var environment = new Dictionary<string, string>();
        var secrets = new HashSet<string>();
        foreach (var (name, value) in given.EnvironmentVariables)
        {
            if (await TextAsync(value, context, cancellationToken) is not { } text) continue;
            environment[name] = text;
            if (HasSecret(value)) secrets.Add(name);
        }

        var arguments = new List<object>();
        var asked = new CommandLineArgsCallbackContext(arguments, resource, cancellationToken) { ExecutionContext = execution, Logger = logger };
        foreach (var callback in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>()) await callback.Callback(asked);

        var words = new List<string>();
        foreach (var argument in arguments)
        {
            if (await TextAsync(argument, context, cancellationToken) is { } text) words.Add(text);
        }

        return new ExecutionConfiguration(environment, words, secrets);
    }

    /// <summary>With a variable more, unless the model has given it.</summary>
    public ExecutionConfiguration With(string name, string value) =>
        Environment.ContainsKey(name) ? this : this with { Environment = new Dictionary<string, string>(Environment) { [name] = value } };

    private static async ValueTask<string?> TextAsync(object? value, ValueProviderContext context, CancellationToken cancellationToken) => value switch
    {
        null => null,
        string text => text,
        IValueProvider provider => await provider.GetValueAsync(context, cancellationToken),
        bool flag => flag ? "true" : "false",
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };

    private static bool HasSecret(object? value) => value switch
    {
        ParameterResource parameter => parameter.Secret,
        EndpointReference => false,
        IValueWithReferences references => references.References.Any(HasSecret),
        _ => false,
    };
}
