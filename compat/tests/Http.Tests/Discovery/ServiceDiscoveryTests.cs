using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.ServiceDiscovery;

namespace Compat.Http.Tests.Discovery;

public sealed class ServiceDiscoveryTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static async Task<string> AskAsync(string address, IEnumerable<(string Key, string Value)> settings, Action<ServiceDiscoveryOptions>? configure = null) =>
        (await AskAsync(address, 1, settings, configure)).Single();

    private static async Task<IReadOnlyList<string>> AskAsync(string address, int times, IEnumerable<(string Key, string Value)> settings, Action<ServiceDiscoveryOptions>? configure = null)
    {
        using var server = new StubHandler();
        await using var provider = Services(server, settings, configure).BuildServiceProvider();
        var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("c");
        for (var i = 0; i < times; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            await client.SendAsync(request, Ct);
            Assert.Equal(new Uri(address), request.RequestUri);
        }

        return [.. server.Requests.Select(request => request.Address)];
    }

    private static ServiceCollection Services(StubHandler server, IEnumerable<(string Key, string Value)> settings, Action<ServiceDiscoveryOptions>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create("Services:" + setting.Key, (string?)setting.Value))).Build());
        services.AddServiceDiscovery(configure ?? (_ => { }));
        services.AddHttpClient("c").AddServiceDiscovery().ConfigurePrimaryHttpMessageHandler(() => server);
        return services;
    }

    [Theory]
    [InlineData("http://orders/a?b=c", "http://127.0.0.1:5001/a?b=c")]
    [InlineData("https://orders/", "https://127.0.0.1:5002/")]
    [InlineData("https+http://orders/", "https://127.0.0.1:5002/")]
    [InlineData("http+https://orders/", "http://127.0.0.1:5001/")]
    [InlineData("http://_grpc.orders/", "http://127.0.0.1:5003/")]
    [InlineData("http://ORDERS/", "http://127.0.0.1:5001/")]
    public async Task The_scheme_or_the_name_picks_the_endpoint(string address, string expected) => Assert.Equal(expected, await AskAsync(address,
        [("orders:http:0", "http://127.0.0.1:5001"), ("orders:https:0", "https://127.0.0.1:5002"), ("orders:grpc:0", "http://127.0.0.1:5003")]));

    [Fact]
    public async Task With_several_schemes_the_first_that_exists_is_taken() =>
        Assert.Equal("http://127.0.0.1:5001/", await AskAsync("https+http://orders/", [("orders:http:0", "http://127.0.0.1:5001")]));

    [Fact]
    public async Task The_default_endpoint_comes_before_the_scheme() =>
        Assert.Equal("http://127.0.0.1:5009/", await AskAsync("http://orders/", [("orders:http:0", "http://127.0.0.1:5001"), ("orders:default:0", "http://127.0.0.1:5009")]));

    [Fact]
    public async Task Of_the_addresses_of_an_endpoint_those_with_the_earliest_scheme_are_taken() =>
        Assert.Equal("https://b.test/", await AskAsync("https+http://orders/", [("orders:default:0", "http://a.test"), ("orders:default:1", "https://b.test")]));

    [Fact]
    public async Task An_address_without_scheme_takes_that_of_the_request() =>
        Assert.Equal("https://10.0.0.1:8080/", await AskAsync("https+http://orders/", [("orders:default", "10.0.0.1:8080")]));

    [Fact]
    public async Task A_path_in_the_configuration_goes_before_that_of_the_request() =>
        Assert.Equal("http://h.test/base/a", await AskAsync("http://orders/a", [("orders:http", "http://h.test/base/")]));

    [Fact]
    public async Task Several_addresses_are_used_in_turn() =>
        Assert.Equal(
            ["http://a.test/", "http://b.test/", "http://a.test/", "http://b.test/"],
            await AskAsync("http://orders/", 4, [("orders:http:0", "http://a.test"), ("orders:http:1", "http://b.test")]));

    [Theory]
    [InlineData("http://unknown.test:8080/a", "http://unknown.test:8080/a")]
    [InlineData("https+http://unknown/a", "https://unknown/a")]
    [InlineData("http://_grpc.orders/", "http://orders/")]
    [InlineData("https://orders/", "https://orders/")]
    public async Task What_is_not_configured_is_passed_on(string address, string expected) =>
        Assert.Equal(expected, await AskAsync(address, [("orders:http:0", "http://127.0.0.1:5001")]));

    [Fact]
    public async Task Only_allowed_schemes_are_used()
    {
        static void HttpsOnly(ServiceDiscoveryOptions options) => (options.AllowAllSchemes, options.AllowedSchemes) = (false, ["https"]);
        Assert.Equal("https://b.test/", await AskAsync("http+https://orders/", [("orders:default:0", "http://a.test"), ("orders:default:1", "https://b.test")], HttpsOnly));
        Assert.Equal("https://unknown/", await AskAsync("http+https://unknown/", [], HttpsOnly));
        await Assert.ThrowsAsync<InvalidOperationException>(() => AskAsync("http+ftp://unknown/", [], HttpsOnly));
    }

    [Fact]
    public async Task Keys_that_are_not_numbers_are_a_mistake() =>
        await Assert.ThrowsAsync<KeyNotFoundException>(() => AskAsync("http://orders/", [("orders:http:first", "http://a.test")]));

    [Fact]
    public async Task A_changed_configuration_is_seen_by_the_next_request()
    {
        using var server = new StubHandler();
        await using var provider = Services(server, [("orders:http", "http://a.test")]).BuildServiceProvider();
        var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("c");
        await client.GetAsync("http://orders/", Ct);
        var configuration = (IConfigurationRoot)provider.GetRequiredService<IConfiguration>();
        configuration["Services:orders:http"] = "http://b.test";
        configuration.Reload();
        await client.GetAsync("http://orders/", Ct);
        Assert.Equal(["http://a.test/", "http://b.test/"], server.Requests.Select(request => request.Address));
    }

    [Fact]
    public async Task Without_a_way_to_find_services_a_request_fails()
    {
        using var server = new StubHandler();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        services.AddHttpClient("c").AddServiceDiscovery().ConfigurePrimaryHttpMessageHandler(() => server);
        await using var provider = services.BuildServiceProvider();
        await Assert.ThrowsAsync<InvalidOperationException>(() => provider.GetRequiredService<IHttpClientFactory>().CreateClient("c").GetAsync("http://orders/", Ct));
    }
}
