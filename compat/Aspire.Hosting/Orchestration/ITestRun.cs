namespace Aspire.Hosting.Orchestration;

/// <summary>
/// What Aspire.Hosting.Testing needs to lead an AppHost's own program by the hand. It stands in an <see cref="AsyncLocal{T}"/> that only the
/// thread of the entry point (and what it calls) sees.
/// </summary>
internal interface ITestRun
{
    static AsyncLocal<ITestRun?> Current { get; } = new();

    /// <summary>Whether the caller is the program under test, not the test.</summary>
    bool IsEntryPoint { get; }

    void OnCreating(DistributedApplicationOptions options, Microsoft.Extensions.Hosting.HostApplicationBuilderSettings settings);

    /// <summary>Returns when the test asks for the application to be built.</summary>
    void OnBuilding(DistributedApplicationBuilder builder);

    void OnBuilt(DistributedApplication application);

    /// <summary>The test has started the application.</summary>
    void OnStarted();

    Task WaitForStartAsync(CancellationToken cancellationToken);

    Task FinishAsync();
}
