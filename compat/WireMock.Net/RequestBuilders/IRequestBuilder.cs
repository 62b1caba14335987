using WireMock.Matchers;
using WireMock.Matchers.Request;

namespace WireMock.RequestBuilders;

/// <summary>Says what a request must be like. All of it must hold.</summary>
public interface IRequestBuilder : IRequestMatcher
{
    /// <summary>One of the paths, with <c>*</c> for anything.</summary>
    IRequestBuilder WithPath(params string[] paths);

    IRequestBuilder WithPath(params IStringMatcher[] matchers);

    IRequestBuilder WithPath(params Func<string, bool>[] funcs);

    IRequestBuilder UsingGet();

    IRequestBuilder UsingPost();

    IRequestBuilder UsingPut();

    IRequestBuilder UsingDelete();

    IRequestBuilder UsingPatch();

    IRequestBuilder UsingAnyMethod();

    IRequestBuilder UsingMethod(params string[] methods);

    IRequestBuilder WithParam(string key);

    /// <summary>The parameter has exactly these values.</summary>
    IRequestBuilder WithParam(string key, params string[] values);

    /// <summary>A value of the header fits the pattern, whatever its case.</summary>
    IRequestBuilder WithHeader(string name, string pattern);

    IRequestBuilder WithBody(string body);

    IRequestBuilder WithBody(IMatcher matcher);

    IRequestBuilder WithBody(Func<string?, bool> func);

    IRequestBuilder WithBodyAsJson(object body);
}
