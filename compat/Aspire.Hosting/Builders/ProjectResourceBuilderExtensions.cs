using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Orchestration;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

public static class ProjectResourceBuilderExtensions
{
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, [ResourceName] string name)
        where TProject : IProjectMetadata, new() => builder.AddProject<TProject>(name, _ => { });

    public static IResourceBuilder<ProjectResource> AddProject<TProject>(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, string? launchProfileName)
        where TProject : IProjectMetadata, new() => builder.AddProject<TProject>(name, o => Choose(o, launchProfileName));

    public static IResourceBuilder<ProjectResource> AddProject<TProject>(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, Action<ProjectResourceOptions> configure)
        where TProject : IProjectMetadata, new() => builder.Add(name, new TProject(), configure);

    public static IResourceBuilder<ProjectResource> AddProject(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, string projectPath) =>
        builder.AddProject(name, projectPath, _ => { });

    public static IResourceBuilder<ProjectResource> AddProject(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, string projectPath, string? launchProfileName) =>
        builder.AddProject(name, projectPath, o => Choose(o, launchProfileName));

    public static IResourceBuilder<ProjectResource> AddProject(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, string projectPath, Action<ProjectResourceOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(projectPath);
        return builder.Add(name, new ProjectAtPath(Path.GetFullPath(projectPath, builder.AppHostDirectory)), configure);
    }

    public static IResourceBuilder<ProjectResource> WithReplicas(this IResourceBuilder<ProjectResource> builder, int replicas)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(replicas);
        return builder.WithAnnotation(new ReplicaAnnotation(replicas), ResourceAnnotationMutationBehavior.Replace);
    }

    // Forwarded headers are only switched on when publishing, which the stand-in does not do.
    public static IResourceBuilder<ProjectResource> DisableForwardedHeaders(this IResourceBuilder<ProjectResource> builder) => builder;

    // A name of null means: no profile.
    private static void Choose(ProjectResourceOptions options, string? launchProfileName)
    {
        options.ExcludeLaunchProfile = launchProfileName is null;
        options.LaunchProfileName = launchProfileName;
    }

    private static IResourceBuilder<ProjectResource> Add(
        this IDistributedApplicationBuilder builder, string name, IProjectMetadata metadata, Action<ProjectResourceOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        var options = new ProjectResourceOptions();
        configure(options);

        var project = builder.AddResource(new ProjectResource(name)).WithAnnotation(metadata).WithOtlpExporter();
        var profile = LaunchProfiles.Choose(metadata, options, builder.Configuration);
        var kestrel = options.ExcludeKestrelEndpoints ? [] : KestrelEndpoints.Of(metadata, profile);
        foreach (var endpoint in kestrel.Count > 0 ? kestrel : LaunchProfiles.Endpoints(profile)) project.WithAnnotation(endpoint);

        if (LaunchProfiles.Arguments(profile) is { Length: > 0 } arguments) project.WithArgs(arguments);
        var development = builder.Environment.IsDevelopment();
        return project.WithEnvironment(context => EnvironmentAsync(context, profile, development));
    }

    private static async Task EnvironmentAsync(EnvironmentCallbackContext context, KeyValuePair<string, LaunchProfile>? profile, bool development)
    {
        var variables = context.EnvironmentVariables;
        variables["OTEL_DOTNET_EXPERIMENTAL_OTLP_EMIT_EXCEPTION_LOG_ATTRIBUTES"] = "true";
        variables["OTEL_DOTNET_EXPERIMENTAL_OTLP_EMIT_EVENT_LOG_ATTRIBUTES"] = "true";

        // With nobody to export to, retries would only keep a service from ending: ten seconds, until it is killed.
        if (await OtlpReceiver.ListensAsync(variables.GetValueOrDefault("OTEL_EXPORTER_OTLP_ENDPOINT") as string, context.CancellationToken))
        {
            variables["OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY"] = "in_memory";
        }

        if (development)
        {
            variables["OTEL_DOTNET_EXPERIMENTAL_ASPNETCORE_DISABLE_URL_QUERY_REDACTION"] = "true";
            variables["OTEL_DOTNET_EXPERIMENTAL_HTTPCLIENT_DISABLE_URL_QUERY_REDACTION"] = "true";
        }

        variables["LOGGING__CONSOLE__FORMATTERNAME"] = "simple";
        variables["DOTNET_SYSTEM_CONSOLE_ALLOW_ANSI_COLOR_REDIRECTION"] = "true";
        if (profile is { } chosen)
        {
            variables.TryAdd("DOTNET_LAUNCH_PROFILE", chosen.Key);
            foreach (var (name, value) in chosen.Value.EnvironmentVariables) variables.TryAdd(name, value);
        }

        ServerAddresses(context);
    }

    private static void ServerAddresses(EnvironmentCallbackContext context)
    {
        var endpoints = context.Resource.Annotations.OfType<EndpointAnnotation>().Where(e => e.UriScheme is "http" or "https").ToList();
        var owner = (IResourceWithEndpoints)context.Resource;
        if (endpoints.Any(e => e.FromKestrel))
        {
            foreach (var endpoint in endpoints) context.EnvironmentVariables[$"Kestrel__Endpoints__{endpoint.Name}__Url"] = Address(owner, endpoint);
            return;
        }

        if (endpoints.Count == 0) return;
        var urls = new ReferenceExpressionBuilder();
        foreach (var endpoint in endpoints)
        {
            if (!urls.IsEmpty) urls.AppendLiteral(";");
            urls.AppendFormatted(Address(owner, endpoint));
        }

        context.EnvironmentVariables["ASPNETCORE_URLS"] = urls.Build();
        if (endpoints.Find(e => e.UriScheme == "https") is { } https)
        {
            context.EnvironmentVariables["ASPNETCORE_HTTPS_PORT"] = new EndpointReference(owner, https).Property(EndpointProperty.Port);
        }
    }

    private static ReferenceExpression Address(IResourceWithEndpoints owner, EndpointAnnotation endpoint) => ReferenceExpression.Create(
        $"{endpoint.UriScheme}://{endpoint.TargetHost}:{new EndpointReference(owner, endpoint).Property(EndpointProperty.TargetPort)}");

    private sealed class ProjectAtPath(string path) : IProjectMetadata
    {
        public string ProjectPath { get; } = path;
    }
}
