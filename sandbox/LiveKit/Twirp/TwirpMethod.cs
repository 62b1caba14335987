using System.Text;
using Google.Protobuf;
using Meetings.LiveKitSandbox.Tokens;

namespace Meetings.LiveKitSandbox.Twirp;

/// <summary>A method of the service, which answers what it is asked.</summary>
internal interface ITwirpMethod<in TRequest, TResponse>
{
    /// <param name="caller">The verified token; null when the call had none.</param>
    TwirpAnswer<TResponse> Handle(AccessToken? caller, TRequest request);
}

/// <summary>How a method is spoken to, in either encoding: <c>application/json</c> or <c>application/protobuf</c>.</summary>
internal abstract class TwirpMethod
{
    /// <summary>Enum values as names or numbers, 64 bits as text or number, either spelling of a field; what is not known is skipped.</summary>
    protected static readonly JsonParser Json = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    public abstract IResult Call(HttpContext http, byte[] body, bool json);
}

internal sealed class TwirpMethod<TMethod, TRequest, TResponse> : TwirpMethod
    where TMethod : notnull, ITwirpMethod<TRequest, TResponse>
    where TRequest : IMessage<TRequest>, new()
    where TResponse : IMessage<TResponse>
{
    private static readonly MessageParser<TRequest> Parser = new(() => new TRequest());
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public override IResult Call(HttpContext http, byte[] body, bool json)
    {
        TRequest request;
        try
        {
            request = json ? Json.Parse<TRequest>(Strict.GetString(body)) : Parser.ParseFrom(body);
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidJsonException or ArgumentException)
        {
            return json ? TwirpError.NotJson : TwirpError.NotProtobuf;
        }

        var answer = http.RequestServices.GetRequiredService<TMethod>().Handle(http.Features.Get<AccessToken>(), request);
        return answer switch
        {
            { Error: { } error } => error,
            { Message: { } message } => json
                ? Results.Bytes(ProtoJson.Answer(message), "application/json")
                : Results.Bytes(message.ToByteArray(), "application/protobuf"),
            _ => throw new InvalidOperationException($"{typeof(TMethod).Name} answered nothing."),
        };
    }
}
