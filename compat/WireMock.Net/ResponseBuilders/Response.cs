using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using WireMock.Matchers;
using WireMock.ResponseProviders;
using WireMock.Types;

namespace WireMock.ResponseBuilders;

/// <inheritdoc cref="IResponseBuilder"/>
public class Response : IResponseBuilder
{
    private readonly Dictionary<string, WireMockList<string>> _headers = new(StringComparer.OrdinalIgnoreCase);
    private int _code = (int)HttpStatusCode.OK;
    private Func<IRequestMessage, byte[]> _body = _ => [];
    private Func<TimeSpan>? _delay;
    private (FaultType Type, double? Percentage) _fault;

    private Response()
    {
    }

    public static IResponseBuilder Create() => new Response();

    public IResponseBuilder WithStatusCode(int code)
    {
        _code = code;
        return this;
    }

    public IResponseBuilder WithStatusCode(string code) => WithStatusCode(int.Parse(code, CultureInfo.InvariantCulture));

    public IResponseBuilder WithStatusCode(HttpStatusCode code) => WithStatusCode((int)code);

    public IResponseBuilder WithSuccess() => WithStatusCode(HttpStatusCode.OK);

    public IResponseBuilder WithNotFound() => WithStatusCode(HttpStatusCode.NotFound);

    public IResponseBuilder WithHeader(string name, params string[] values)
    {
        _headers[name] = new WireMockList<string>(values);
        return this;
    }

    public IResponseBuilder WithBody(string body) => WithBody(_ => body);

    public IResponseBuilder WithBody(byte[] body) => Bytes(_ => body);

    public IResponseBuilder WithBody(Func<IRequestMessage, string> bodyFactory) => Bytes(request => Encoding.UTF8.GetBytes(bodyFactory(request)));

    public IResponseBuilder WithBodyAsJson(object body) => Bytes(_ => JsonSerializer.SerializeToUtf8Bytes(body, Json.Options));

    public IResponseBuilder WithDelay(TimeSpan delay)
    {
        _delay = () => delay;
        return this;
    }

    public IResponseBuilder WithDelay(int milliseconds) => WithDelay(TimeSpan.FromMilliseconds(milliseconds));

    public IResponseBuilder WithRandomDelay(int minimumMilliseconds = 0, int maximumMilliseconds = 60_000)
    {
        _delay = () => TimeSpan.FromMilliseconds(Random.Shared.Next(minimumMilliseconds, maximumMilliseconds));
        return this;
    }

    public IResponseBuilder WithFault(FaultType faultType, double? percentage = null)
    {
        _fault = (faultType, percentage);
        return this;
    }

    async Task<ResponseMessage> IResponseProvider.RespondAsync(RequestMessage request, CancellationToken ct)
    {
        if (_delay is not null) await Task.Delay(_delay(), ct);
        return new ResponseMessage { Code = _code, Headers = _headers, Body = Spoilt(_body(request)) };
    }

    private byte[] Spoilt(byte[] body)
    {
        if (_fault.Percentage is { } percentage && Random.Shared.NextDouble() > percentage) return body;
        switch (_fault.Type)
        {
            case FaultType.EMPTY_RESPONSE:
                return [];
            case FaultType.MALFORMED_RESPONSE_CHUNK:
                var rubbish = new byte[Random.Shared.Next(1, 100)];
                Random.Shared.NextBytes(rubbish);
                return [.. body.AsSpan(0, body.Length / 2), .. rubbish];
            default:
                return body;
        }
    }

    private Response Bytes(Func<IRequestMessage, byte[]> body)
    {
        _body = body;
        return this;
    }
}
