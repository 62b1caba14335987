using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>A resource that others may reference by name: projects, not containers.</summary>
public interface IResourceWithServiceDiscovery : IResourceWithEndpoints;
