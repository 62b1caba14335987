namespace Refit;

/// <summary>Calls, and gives the answer the form that a method's return type asks for.</summary>
internal abstract class Caller
{
    public abstract Task Call(Exchange exchange);

    public static Caller For(Type returnType, string method)
    {
        if (returnType == typeof(Task)) return new NothingCaller();
        if (!returnType.IsGenericType || returnType.GetGenericTypeDefinition() != typeof(Task<>)) throw new NotSupportedException($"{method} must return a Task.");

        var result = returnType.GetGenericArguments()[0];
        if (result == typeof(HttpResponseMessage)) return new MessageCaller();
        var generic = result.IsGenericType ? result.GetGenericTypeDefinition() : null;
        if (generic == typeof(ApiResponse<>)) return Make(typeof(ApiResponseCaller<>), result.GetGenericArguments()[0]);
        if (generic == typeof(IApiResponse<>)) return Make(typeof(IApiResponseCaller<>), result.GetGenericArguments()[0]);
        if (result == typeof(IApiResponse) || typeof(Stream).IsAssignableFrom(result) || typeof(HttpContent).IsAssignableFrom(result))
        {
            throw new NotSupportedException($"{method} cannot return a Task<{result.Name}>.");
        }

        return Make(typeof(ValueCaller<>), result);
    }

    private static Caller Make(Type caller, Type result) => (Caller)Activator.CreateInstance(caller.MakeGenericType(result))!;

    protected static async Task<(HttpRequestMessage Request, HttpResponseMessage Response)> SuccessAsync(Exchange exchange)
    {
        var request = exchange.Request();
        var response = await exchange.SendAsync(request).ConfigureAwait(false);
        if (response.IsSuccessStatusCode) return (request, response);
        using (request)
        using (response)
        {
            throw await ApiException.CreateAsync(message: null, request, response, exchange.Settings, inner: null, exchange.CancellationToken).ConfigureAwait(false);
        }
    }

    protected static async Task<ApiResponse<T>> ResponseAsync<T>(Exchange exchange)
    {
        var request = exchange.Request();
        HttpResponseMessage? response = null;
        try
        {
            response = await exchange.SendAsync(request).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                var error = await ApiException.CreateAsync(message: null, request, response, exchange.Settings, inner: null, exchange.CancellationToken).ConfigureAwait(false);
                return new ApiResponse<T>(request, response, default, exchange.Settings, error);
            }

            return new ApiResponse<T>(request, response, await exchange.ReadAsync<T>(request, response).ConfigureAwait(false), exchange.Settings);
        }
        catch (ApiExceptionBase error)
        {
            return new ApiResponse<T>(request, response, default, exchange.Settings, error);
        }
        catch
        {
            response?.Dispose();
            throw;
        }
    }

    private sealed class NothingCaller : Caller
    {
        public override async Task Call(Exchange exchange)
        {
            var (request, response) = await SuccessAsync(exchange).ConfigureAwait(false);
            request.Dispose();
            response.Dispose();
        }
    }

    private sealed class MessageCaller : Caller
    {
        public override Task Call(Exchange exchange) => exchange.SendAsync(exchange.Request());
    }

    private sealed class ValueCaller<T> : Caller
    {
        public override Task Call(Exchange exchange) => CallAsync(exchange);

        private static async Task<T?> CallAsync(Exchange exchange)
        {
            var (request, response) = await SuccessAsync(exchange).ConfigureAwait(false);
            using (request)
            using (response)
            {
                return await exchange.ReadAsync<T>(request, response).ConfigureAwait(false);
            }
        }
    }

    private sealed class ApiResponseCaller<T> : Caller
    {
        public override Task Call(Exchange exchange) => ResponseAsync<T>(exchange);
    }

    private sealed class IApiResponseCaller<T> : Caller
    {
        public override Task Call(Exchange exchange) => CallAsync(exchange);

        private static async Task<IApiResponse<T>> CallAsync(Exchange exchange) => await ResponseAsync<T>(exchange).ConfigureAwait(false);
    }
}
