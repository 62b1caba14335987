using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Configuration;

namespace Compat.Http.Tests.Discovery;

/// <summary>The official YARP, running, on the stand-ins.</summary>
public sealed class ProxyTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static Task<Upstream> ProxyAsync(string address, IDictionary<string, string?> settings, SessionAffinityConfig? affinity = null) => Upstream.StartAsync(
        app => app.MapReverseProxy(),
        builder =>
        {
            builder.Configuration.AddInMemoryCollection(settings);
            builder.Services.AddServiceDiscovery();
            builder.Services.AddReverseProxy()
                .LoadFromMemory(
                    [new RouteConfig { RouteId = "all", ClusterId = "c", Match = new RouteMatch { Path = "{**all}" } }],
                    [new ClusterConfig
                    {
                        ClusterId = "c",
                        LoadBalancingPolicy = "RoundRobin",
                        SessionAffinity = affinity,
                        Destinations = new Dictionary<string, DestinationConfig> { ["d"] = new() { Address = address } },
                    }])
                .AddServiceDiscoveryDestinationResolver();
        });

    [Fact]
    public async Task A_destination_that_names_a_service_reaches_all_its_endpoints()
    {
        await using var one = await Upstream.EchoAsync("one");
        await using var two = await Upstream.EchoAsync("two");
        await using var proxy = await ProxyAsync("https+http://orders", new Dictionary<string, string?> { ["Services:orders:http:0"] = one.Url, ["Services:orders:http:1"] = two.Url });
        using var client = new HttpClient { BaseAddress = new Uri(proxy.Url) };

        var answers = new HashSet<string>();
        for (var i = 0; i < 4; i++) answers.Add(await client.GetStringAsync("/a/b", Ct));
        Assert.Equal([$"one {new Uri(one.Url).Authority} /a/b", $"two {new Uri(two.Url).Authority} /a/b"], answers.Order());
    }

    [Fact]
    public async Task Session_affinity_hashes_the_name_of_the_destination()
    {
        await using var one = await Upstream.EchoAsync("one");
        await using var two = await Upstream.EchoAsync("two");
        await using var proxy = await ProxyAsync(
            "http://orders",
            new Dictionary<string, string?> { ["Services:orders:http:0"] = one.Url, ["Services:orders:http:1"] = two.Url },
            new SessionAffinityConfig { Enabled = true, Policy = "HashCookie", AffinityKeyName = "server" });
        using var client = new HttpClient { BaseAddress = new Uri(proxy.Url) };

        var answers = new HashSet<string>();
        for (var i = 0; i < 4; i++) answers.Add(await client.GetStringAsync("/", Ct));
        Assert.Single(answers);
    }

    [Fact]
    public async Task A_changed_configuration_moves_a_running_proxy()
    {
        await using var one = await Upstream.EchoAsync("one");
        await using var two = await Upstream.EchoAsync("two");
        IConfigurationRoot configuration = null!;
        await using var proxy = await Upstream.StartAsync(
            app =>
            {
                configuration = (IConfigurationRoot)app.Configuration;
                app.MapReverseProxy();
            },
            builder =>
            {
                builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Services:orders:http"] = one.Url });
                builder.Services.AddServiceDiscovery();
                builder.Services.AddReverseProxy()
                    .LoadFromMemory(
                        [new RouteConfig { RouteId = "all", ClusterId = "c", Match = new RouteMatch { Path = "{**all}" } }],
                        [new ClusterConfig { ClusterId = "c", Destinations = new Dictionary<string, DestinationConfig> { ["d"] = new() { Address = "http://orders" } } }])
                    .AddServiceDiscoveryDestinationResolver();
            });
        using var client = new HttpClient { BaseAddress = new Uri(proxy.Url) };
        Assert.StartsWith("one", await client.GetStringAsync("/", Ct), StringComparison.Ordinal);

        configuration["Services:orders:http"] = two.Url;
        configuration.Reload();
        var moved = SpinWait.SpinUntil(() => client.GetStringAsync("/", Ct).GetAwaiter().GetResult().StartsWith("two", StringComparison.Ordinal), TimeSpan.FromSeconds(10));
        Assert.True(moved, "still the old destination after 10 s");
    }

    [Fact]
    public async Task The_forwarder_finds_services_too()
    {
        await using var one = await Upstream.EchoAsync("one");
        await using var proxy = await Upstream.StartAsync(
            app => app.MapForwarder("{**all}", "http://orders"),
            builder =>
            {
                builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Services:orders:http:0"] = one.Url });
                builder.Services.AddServiceDiscovery();
                builder.Services.AddHttpForwarderWithServiceDiscovery();
            });
        using var client = new HttpClient { BaseAddress = new Uri(proxy.Url) };
        Assert.EndsWith("/x", await client.GetStringAsync("/x", Ct), StringComparison.Ordinal);
    }
}
