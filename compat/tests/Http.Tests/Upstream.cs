using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Compat.Http.Tests;

/// <summary>A real server on a free loopback port, without anybody's configuration.</summary>
internal sealed class Upstream : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Upstream(WebApplication app) => _app = app;

    public string Url => _app.Urls.First();

    public static async Task<Upstream> StartAsync(Action<WebApplication> configure, Action<WebApplicationBuilder>? services = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRouting();
        services?.Invoke(builder);
        var app = builder.Build();
        configure(app);
        await app.StartAsync();
        return new Upstream(app);
    }

    /// <summary>Says its name, and the host and path that it was asked for.</summary>
    public static Task<Upstream> EchoAsync(string name) => StartAsync(app => app.Run(context => context.Response.WriteAsync($"{name} {context.Request.Host} {context.Request.Path}")));

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(atOnce.Token);
        await _app.DisposeAsync();
    }
}
