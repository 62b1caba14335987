using System.Net;
using WireMock.ResponseProviders;

namespace WireMock.ResponseBuilders;

/// <summary>Says what the answer is.</summary>
public interface IResponseBuilder : IResponseProvider
{
    IResponseBuilder WithStatusCode(int code);

    IResponseBuilder WithStatusCode(string code);

    IResponseBuilder WithStatusCode(HttpStatusCode code);

    IResponseBuilder WithSuccess();

    IResponseBuilder WithNotFound();

    IResponseBuilder WithHeader(string name, params string[] values);

    IResponseBuilder WithBody(string body);

    IResponseBuilder WithBody(byte[] body);

    IResponseBuilder WithBody(Func<IRequestMessage, string> bodyFactory);

    IResponseBuilder WithBodyAsJson(object body);

    IResponseBuilder WithDelay(TimeSpan delay);

    IResponseBuilder WithDelay(int milliseconds);

    IResponseBuilder WithRandomDelay(int minimumMilliseconds = 0, int maximumMilliseconds = 60_000);

    IResponseBuilder WithFault(FaultType faultType, double? percentage = null);
}
