using System.Reflection;
using Grpc.AspNetCore.Calls;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Grpc.AspNetCore.Model;

/// <summary>Maps services, and once what answers for methods that there are not.</summary>
internal sealed class MappedServices(IOptions<GrpcServiceOptions> all, ILoggerFactory loggers)
{
    private readonly HashSet<string> _services = [];
    private bool _unknownServices;

    public IReadOnlyList<IEndpointConventionBuilder> Map<TService>(IEndpointRouteBuilder routes)
        where TService : class
    {
        var own = routes.ServiceProvider.GetRequiredService<IOptions<GrpcServiceOptions<TService>>>().Value;
        var logger = loggers.CreateLogger("Grpc.AspNetCore.Server.ServerCallHandler");
        var binder = new EndpointBinder<TService>(routes, EffectiveOptions.Of(all.Value, own), logger);
        Bind(typeof(TService), binder);

        var unimplemented = MapUnimplemented(routes, binder.ServiceNames);
        return [.. binder.Endpoints, .. unimplemented];
    }

    private List<IEndpointConventionBuilder> MapUnimplemented(IEndpointRouteBuilder routes, IEnumerable<string> services)
    {
        var added = new List<IEndpointConventionBuilder>();
        foreach (var service in services.Where(_services.Add))
            added.Add(Unimplemented(routes, $"{service}/{{unimplementedMethod:{GrpcRequestConstraint.Name}}}", "Method is unimplemented."));

        if (_unknownServices || all.Value.IgnoreUnknownServices == true) return added;
        _unknownServices = true;
        Unimplemented(routes, $"{{unimplementedService}}/{{unimplementedMethod:{GrpcRequestConstraint.Name}}}", "Service is unimplemented.");
        return added;
    }

    private static IEndpointConventionBuilder Unimplemented(IEndpointRouteBuilder routes, string pattern, string detail) =>
        routes.MapPost(pattern, context => CallHandler.RefuseAsync(context, new Status(StatusCode.Unimplemented, detail)))
            .WithDisplayName("gRPC - Unimplemented");

    /// <summary>Generated code hands over its methods when it is called without an instance.</summary>
    private static void Bind(Type service, ServiceBinderBase binder)
    {
        for (var type = service; type is not null; type = type.BaseType)
        {
            if (type.GetCustomAttribute<BindServiceMethodAttribute>(inherit: false) is not { } attribute) continue;
            var bind = attribute.BindType.GetMethod(
                attribute.BindMethodName, BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static, [typeof(ServiceBinderBase), type]);
            if (bind is null) break;
            bind.Invoke(null, [binder, null]);
            return;
        }

        throw new InvalidOperationException($"No gRPC methods were found on {service.FullName}: it must derive from the base that was generated for a service.");
    }
}
