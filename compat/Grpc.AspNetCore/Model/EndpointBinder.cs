using System.Reflection;
using Grpc.AspNetCore.Calls;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Model;

/// <summary>Makes an endpoint of each method that generated code names.</summary>
internal sealed class EndpointBinder<TService>(IEndpointRouteBuilder routes, EffectiveOptions options, ILogger logger) : ServiceBinderBase
    where TService : class
{
    private readonly List<IEndpointConventionBuilder> _endpoints = [];
    private readonly HashSet<string> _serviceNames = [];

    public IReadOnlyList<IEndpointConventionBuilder> Endpoints => _endpoints;

    public IReadOnlyCollection<string> ServiceNames => _serviceNames;

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
    {
        var code = Find(method, [typeof(TRequest), typeof(ServerCallContext)]);
        var invoke = code.CreateDelegate<Func<TService, TRequest, ServerCallContext, Task<TResponse>>>();
        Map(method, code, new UnaryHandler<TService, TRequest, TResponse>(method, options, logger, invoke));
    }

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var code = Find(method, [typeof(TRequest), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext)]);
        var invoke = code.CreateDelegate<Func<TService, TRequest, IServerStreamWriter<TResponse>, ServerCallContext, Task>>();
        Map(method, code, new ServerStreamingHandler<TService, TRequest, TResponse>(method, options, logger, invoke));
    }

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var code = Find(method, [typeof(IAsyncStreamReader<TRequest>), typeof(ServerCallContext)]);
        var invoke = code.CreateDelegate<Func<TService, IAsyncStreamReader<TRequest>, ServerCallContext, Task<TResponse>>>();
        Map(method, code, new ClientStreamingHandler<TService, TRequest, TResponse>(method, options, logger, invoke));
    }

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var code = Find(method, [typeof(IAsyncStreamReader<TRequest>), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext)]);
        var invoke = code.CreateDelegate<Func<TService, IAsyncStreamReader<TRequest>, IServerStreamWriter<TResponse>, ServerCallContext, Task>>();
        Map(method, code, new DuplexStreamingHandler<TService, TRequest, TResponse>(method, options, logger, invoke));
    }

    private static MethodInfo Find(IMethod method, Type[] parameters) =>
        typeof(TService).GetMethod(method.Name, BindingFlags.Public | BindingFlags.Instance, parameters)
        ?? throw new InvalidOperationException($"{typeof(TService).FullName} has no method {method.Name} as {method.FullName} needs it.");

    private void Map(IMethod method, MethodInfo code, CallHandler handler)
    {
        _serviceNames.Add(method.ServiceName);
        object[] metadata =
        [
            new GrpcMethodMetadata(typeof(TService), method),
            .. typeof(TService).GetCustomAttributes(inherit: true),
            .. code.GetCustomAttributes(inherit: true),
        ];
        _endpoints.Add(routes.MapMethods(method.FullName, [HttpMethods.Post], handler.HandleAsync)
            .WithMetadata(metadata)
            .WithDisplayName($"gRPC - {method.FullName}"));
    }
}
