using Grpc.Net.Client.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Grpc.AspNetCore.Model;

/// <summary>Matches only gRPC calls, so that the answer to unknown methods does not shadow other routes.</summary>
internal sealed class GrpcRequestConstraint : IRouteConstraint
{
    public const string Name = "grpcunimplemented";

    public bool Match(HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
        httpContext is null || (HttpMethods.IsPost(httpContext.Request.Method) && Names.IsGrpc(httpContext.Request.ContentType));
}
