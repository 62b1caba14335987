using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

public static partial class ResourceBuilderExtensions
{
    private const string ReferenceRelationship = "Reference";

    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithConnectionString> source, string? connectionName = null,
        bool optional = false)
        where TDestination : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(source);
        var resource = source.Resource;
        var name = connectionName ?? resource.Name;
        return builder.WithReferenceTo(resource).WithEnvironment(context =>
        {
            if (context.Injects(ReferenceEnvironmentInjectionFlags.ConnectionString))
            {
                var variable = resource.ConnectionStringEnvironmentVariable ?? $"ConnectionStrings__{name}";
                context.EnvironmentVariables[variable] = new ConnectionStringReference(resource, optional);
            }

            if (!context.Injects(ReferenceEnvironmentInjectionFlags.ConnectionProperties)) return;
            foreach (var (property, value) in resource.GetConnectionProperties())
            {
                context.EnvironmentVariables[$"{EnvironmentName.Of(name)}_{property.ToUpperInvariant()}"] = value;
            }
        });
    }

    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithServiceDiscovery> source)
        where TDestination : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(source);
        return builder.WithEndpointsOf(source.Resource, serviceName: null, endpointName: null);
    }

    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithServiceDiscovery> source, string name)
        where TDestination : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return builder.WithEndpointsOf(source.Resource, name, endpointName: null);
    }

    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, EndpointReference endpointReference)
        where TDestination : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(endpointReference);
        return builder.WithEndpointsOf(endpointReference.Resource, serviceName: null, endpointReference.EndpointName);
    }

    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder, string name, Uri uri)
        where TDestination : IResourceWithEnvironment
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(uri);
        if (!uri.IsAbsoluteUri) throw new InvalidOperationException("The uri for service reference must be absolute.");
        if (uri.AbsolutePath != "/") throw new InvalidOperationException("The uri absolute path must be \"/\".");
        return builder.WithService(name, uri);
    }

    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<ExternalServiceResource> externalService)
        where TDestination : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(externalService);
        var service = externalService.Resource;
        return builder.WithReferenceTo(service).WithEnvironment(async context =>
        {
            var uri = await service.ResolveAsync(context.CancellationToken);
            if (context.Injects(ReferenceEnvironmentInjectionFlags.ServiceDiscovery))
            {
                context.EnvironmentVariables[$"services__{service.Name}__{uri.Scheme}__0"] = uri.ToString();
            }

            if (context.Injects(ReferenceEnvironmentInjectionFlags.Endpoints)) context.EnvironmentVariables[EnvironmentName.Of(service.Name)] = uri.ToString();
        });
    }

    public static IResourceBuilder<TDestination> WithReferenceEnvironment<TDestination>(
        this IResourceBuilder<TDestination> builder, ReferenceEnvironmentInjectionFlags flags)
        where TDestination : IResourceWithEnvironment =>
        builder.WithAnnotation(new ReferenceEnvironmentAnnotation(flags), ResourceAnnotationMutationBehavior.Replace);

    private static IResourceBuilder<T> WithService<T>(this IResourceBuilder<T> builder, string name, Uri uri)
        where T : IResourceWithEnvironment => builder.WithEnvironment(context =>
        {
            if (context.Injects(ReferenceEnvironmentInjectionFlags.ServiceDiscovery)) context.EnvironmentVariables[$"services__{name}__default__0"] = uri.ToString();
            if (context.Injects(ReferenceEnvironmentInjectionFlags.Endpoints)) context.EnvironmentVariables[name] = uri.ToString();
        });

    // All references to one service share one annotation, so that a reference to it all swallows those to single endpoints.
    private static IResourceBuilder<T> WithEndpointsOf<T>(
        this IResourceBuilder<T> builder, IResourceWithEndpoints source, string? serviceName, string? endpointName)
        where T : IResourceWithEnvironment
    {
        var wanted = builder.Resource.Annotations.OfType<EndpointReferenceAnnotation>()
            .SingleOrDefault(a => ReferenceEquals(a.Resource, source) && a.ServiceName == serviceName);
        if (wanted is null)
        {
            wanted = new EndpointReferenceAnnotation(source) { ServiceName = serviceName };
            builder.WithReferenceTo(source).WithAnnotation(wanted).WithEnvironment(context => Inject(context, wanted));
        }

        if (endpointName is null) wanted.All = true;
        else wanted.EndpointNames.Add(endpointName);
        return builder;
    }

    private static void Inject(EnvironmentCallbackContext context, EndpointReferenceAnnotation wanted)
    {
        var service = wanted.ServiceName ?? wanted.Resource.Name;
        foreach (var endpoint in wanted.Resource.GetEndpoints().Where(e => wanted.All || wanted.EndpointNames.Contains(e.EndpointName)))
        {
            if (context.Injects(ReferenceEnvironmentInjectionFlags.Endpoints))
            {
                context.EnvironmentVariables[$"{EnvironmentName.Of(service)}_{EnvironmentName.Of(endpoint.EndpointName)}"] = endpoint;
            }

            if (context.Injects(ReferenceEnvironmentInjectionFlags.ServiceDiscovery))
            {
                context.EnvironmentVariables[$"services__{service}__{endpoint.EndpointName}__0"] = endpoint;
            }
        }
    }

    private static IResourceBuilder<T> WithReferenceTo<T>(this IResourceBuilder<T> builder, IResource resource)
        where T : IResource => builder.WithAnnotation(new ResourceRelationshipAnnotation(resource, ReferenceRelationship));

    private static bool Injects(this EnvironmentCallbackContext context, ReferenceEnvironmentInjectionFlags flag) =>
        (context.Resource.LastAnnotation<ReferenceEnvironmentAnnotation>()?.Flags ?? ReferenceEnvironmentInjectionFlags.All).HasFlag(flag);
}

internal static class EnvironmentName
{
    /// <summary>Upper case, and an underscore for whatever an environment variable's name cannot have.</summary>
    public static string Of(string name)
    {
        var encoded = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToUpperInvariant(c) : '_'));
        return char.IsAsciiDigit(encoded[0]) ? "_" + encoded : encoded;
    }
}
