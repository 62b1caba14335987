using Microsoft.Extensions.DependencyInjection;
using Refit;

namespace Compat.Http.Tests.Refit;

public sealed class RegistrationTests
{
    public interface IUnmatched
    {
        [Get("/a/{id}")]
        Task Get(string name);
    }

    public interface INoSlash
    {
        [Get("a")]
        Task Get();
    }

    public interface ITwoBodies
    {
        [Post("/a")]
        Task Post(Tool one, Tool two);
    }

    public interface INotAsync
    {
        [Get("/a")]
        string Get();
    }

    public interface IWithToken
    {
        [Get("/a")]
        [Headers("Authorization: Bearer")]
        Task Get();

        [Get("/b")]
        Task Open();
    }

    [Fact]
    public void A_mistake_in_an_interface_shows_when_it_is_registered()
    {
        var services = new ServiceCollection();
        Assert.Throws<ArgumentException>(() => services.AddRefitClient<IUnmatched>());
        Assert.Throws<ArgumentException>(() => services.AddRefitClient<INoSlash>());
        Assert.Throws<ArgumentException>(() => services.AddRefitClient<ITwoBodies>());
        Assert.Throws<NotSupportedException>(() => services.AddRefitClient<INotAsync>());
        Assert.Throws<NotImplementedException>(() => services.AddRefitClient<IDisposable>());
    }

    [Fact]
    public async Task A_registered_client_uses_its_http_client_and_its_settings()
    {
        var server = new StubHandler(body: "null");
        var services = new ServiceCollection();
        services.AddRefitClient<IWithToken>(provider => new RefitSettings { AuthorizationHeaderValueGetter = async (_, _) => { await Task.Yield(); return "secret"; } })
            .ConfigureHttpClient(client => client.BaseAddress = new Uri("http://shop.test"))
            .ConfigurePrimaryHttpMessageHandler(() => server);
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<IWithToken>();

        await client.Get();
        Assert.Equal("Bearer secret", server.Last.Headers["Authorization"]);
        await client.Open();
        Assert.False(server.Last.Headers.ContainsKey("Authorization"));
    }

    [Fact]
    public async Task A_service_address_with_several_schemes_is_passed_on()
    {
        var server = new StubHandler(body: "null");
        var services = new ServiceCollection();
        services.AddRefitClient<IWithToken>()
            .ConfigureHttpClient(client => client.BaseAddress = new Uri("https+http://orders"))
            .ConfigurePrimaryHttpMessageHandler(() => server);
        await using var provider = services.BuildServiceProvider();

        await provider.GetRequiredService<IWithToken>().Open();
        Assert.Equal("https+http://orders/b", server.Last.Address);
    }

    internal interface IHidden
    {
        [Get("/report/{uuid}")]
        Task<Hidden> Get(string uuid, CancellationToken ct);
    }

    internal sealed record Hidden(string Name);

    [Fact]
    public async Task An_internal_interface_works_and_what_was_escaped_before_is_escaped_again()
    {
        var server = new StubHandler(body: """{"name":"n"}""");
        var services = new ServiceCollection();
        services.AddRefitClient<IHidden>().ConfigureHttpClient(client => client.BaseAddress = new Uri("http://shop.test/v2")).ConfigurePrimaryHttpMessageHandler(() => server);
        await using var provider = services.BuildServiceProvider();
        var hidden = await provider.GetRequiredService<IHidden>().Get(Uri.EscapeDataString("/ab//c=="), TestContext.Current.CancellationToken);
        Assert.Equal("n", hidden.Name);
        Assert.Equal("http://shop.test/v2/report/%252Fab%252F%252Fc%253D%253D", server.Last.Address);
    }

    [Fact]
    public void A_method_of_a_base_interface_is_a_request_too() => Assert.NotNull(RestService.For<IDerived>(new HttpClient(new StubHandler())));

    public interface IDerived : IWithToken;
}
