using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Compat.Data.Tests;

/// <summary>A host with just these settings.</summary>
internal static class TestHost
{
    public static HostApplicationBuilder Builder(params (string Key, string? Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value)));
        return builder;
    }
}
