using Grpc.Core;
using Meetings.ServiceDefaults.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Meetings.ServiceDefaults.Grpc;

public static class GrpcDefaults
{
    // A message of a sibling is small or streamed; what is larger is a mistake.
    private const int MaxMessageBytes = 4 * 1024 * 1024;

    /// <summary>gRPC between services, on the service's own HTTP/2 endpoint, and only for our services.</summary>
    public static void AddInternalGrpc(this IHostApplicationBuilder builder) =>
        builder.Services.AddGrpc(options =>
        {
            options.MaxReceiveMessageSize = MaxMessageBytes;
            options.Interceptors.Add<OwnTroubleInterceptor>();
        });

    /// <summary>Maps a gRPC service that only our own services may call.</summary>
    public static void MapInternalGrpc<TService>(this IEndpointRouteBuilder app)
        where TService : class => app.MapGrpcService<TService>().RequireAuthorization(AuthenticationDefaults.ServicePolicy);

    /// <summary>A client of a sibling's gRPC endpoint, found by service discovery, with this service's own token on every call.</summary>
    /// <param name="builder">The host.</param>
    /// <param name="service">The sibling's name in the app model.</param>
    public static IHttpClientBuilder AddInternalGrpcClient<TClient>(this IHostApplicationBuilder builder, string service)
        where TClient : ClientBase
    {
        var self = builder.Environment.ApplicationName;
        return builder.Services.AddGrpcClient<TClient>(options => options.Address = new Uri($"http://_grpc.{service}"))
            .AddInterceptor(services => new ServiceCredentials(
                self, services.GetRequiredService<IOptions<TokenOptions>>().Value, services.GetRequiredService<TimeProvider>()));
    }
}
