using System.Reflection;
using System.Security.Cryptography;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Orchestration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting;

internal sealed class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    private readonly HostApplicationBuilder _host;
    private readonly ITestRun? _testRun = ITestRun.Current.Value;

    public DistributedApplicationBuilder(DistributedApplicationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);

        // Files are read once: a watcher per host would use up the machine's inotify instances in a test run.
        var settings = new HostApplicationBuilderSettings { Args = options.Args, Configuration = new ConfigurationManager() };
        settings.Configuration.AddInMemoryCollection([new("hostBuilder:reloadConfigOnChange", "false")]);
        _testRun?.OnCreating(options, settings);

        Options = options;
        AppHostAssembly = options.AssemblyName is { } name ? Assembly.Load(name) : Assembly.GetEntryAssembly();
        AppHostDirectory = options.ProjectDirectory ?? AppHostAssembly.Metadata("apphostprojectpath") ?? Directory.GetCurrentDirectory();
        settings.ContentRootPath ??= AppHostDirectory;
        settings.ApplicationName ??= AppHostAssembly?.GetName().Name;
        _host = new HostApplicationBuilder(settings);

        ExecutionContext = new DistributedApplicationExecutionContext(
            Configuration["publisher"] is not null || Configuration["operation"] == "publish"
                ? DistributedApplicationOperation.Publish
                : DistributedApplicationOperation.Run);
        Data = DataDirectory.Locate(Configuration, AppHostDirectory);
        Secrets = new SecretsFile(Path.Combine(Data.Path, "secrets.json"));
        _host.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = Secrets.Read() });
        Configuration.AddInMemoryCollection(
        [
            new("AppHost:Directory", AppHostDirectory),
            new("AppHost:OtlpApiKey", Configuration["AppHost:OtlpApiKey"] ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))),
        ]);

        AddServices();
    }

    public DistributedApplicationOptions Options { get; }

    public DataDirectory Data { get; }

    public SecretsFile Secrets { get; }

    public ConfigurationManager Configuration => _host.Configuration;

    public string AppHostDirectory { get; }

    public Assembly? AppHostAssembly { get; }

    public IHostEnvironment Environment => _host.Environment;

    public IServiceCollection Services => _host.Services;

    public IDistributedApplicationEventing Eventing { get; } = new DistributedApplicationEventing();

    public DistributedApplicationExecutionContext ExecutionContext { get; }

    public IResourceCollection Resources { get; } = new ResourceCollection();

    public IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource
    {
        ArgumentNullException.ThrowIfNull(resource);
        Resources.Add(resource);
        return CreateResourceBuilder(resource);
    }

    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource)
        where T : IResource
    {
        ArgumentNullException.ThrowIfNull(resource);
        return new ResourceBuilder<T>(this, resource);
    }

    public DistributedApplication Build()
    {
        _testRun?.OnBuilding(this);
        var host = _host.Build();
        ExecutionContext.Host = host;
        var application = new DistributedApplication(host, _testRun);
        _testRun?.OnBuilt(application);
        return application;
    }

    private void AddServices()
    {
        Services.AddSingleton(this);
        Services.AddSingleton(Options);
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton(ExecutionContext);
        Services.AddSingleton(Eventing);
        Services.AddSingleton(_ => new DistributedApplicationModel(Resources));
        Services.AddSingleton<ResourceLoggerService>();
        Services.AddSingleton<ResourceNotificationService>();
        Services.AddSingleton(sp => new ResourceCommandService(sp.GetRequiredService<ResourceNotificationService>(), sp));
        Services.AddHealthChecks();
        Services.AddHttpClient();
        Services.AddSingleton(Data);
        if (!Options.DisableDashboard && ExecutionContext.IsRunMode) Services.AddHostedService<DashboardServer>();
        Services.AddSingleton<ApplicationOrchestrator>();
        Services.AddHostedService(sp => sp.GetRequiredService<ApplicationOrchestrator>());

        // With nobody to look at a dashboard, a resource whose dependency has failed fails as well instead of waiting for ever.
        Services.Configure<ResourceNotificationServiceOptions>(o =>
            o.DefaultWaitBehavior = Options.DisableDashboard ? WaitBehavior.StopOnResourceUnavailable : WaitBehavior.WaitOnResourceUnavailable);
        Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(120));
        Services.Configure<HealthCheckPublisherOptions>(o => o.Predicate = _ => false);

        _host.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        _host.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        _host.Logging.AddFilter("System.Net.Http.HttpClient", LogLevel.None);
        _host.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
    }
}

internal static class AssemblyMetadata
{
    /// <summary>What the AppHost's build wrote into its assembly, by key; keys are compared without regard to case.</summary>
    public static string? Metadata(this Assembly? assembly, string key) => assembly?.GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(a => string.Equals(a.Key, key, StringComparison.OrdinalIgnoreCase))?.Value;
}
