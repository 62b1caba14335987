using Grpc.Core;
using Grpc.Net.Client.Wire;

namespace Grpc.Net.Client.Calls;

internal sealed partial class GrpcCall<TRequest, TResponse>
{
    private bool HasSingleResponse => _method.Type is MethodType.Unary or MethodType.ClientStreaming;

    /// <summary>The one response, or the exception.</summary>
    public async Task<TResponse> ReadSingleAsync()
    {
        await _sent.ConfigureAwait(false);
        if (IsEnded) throw Error();
        try
        {
            if (await _reader!.ReadAsync(Stopped).ConfigureAwait(false) is not { } payload)
            {
                EndFromServer(ResponseStatus.FromTrailers(_response!), received: false);
                throw Error();
            }

            var message = Deserialize(payload);
            if (!await _reader.IsAtEndAsync(Stopped).ConfigureAwait(false))
                throw new RpcException(new Status(StatusCode.Internal, "Unexpected data after finished reading message."));

            EndFromServer(ResponseStatus.FromTrailers(_response!), received: true);
            return GetStatus().StatusCode == StatusCode.OK ? message : throw Error();
        }
        catch (Exception error)
        {
            // Changes nothing when the call ended already, which may be why the reading failed.
            Fail(error, "Error reading the response.");
            throw Error();
        }
    }

    /// <summary>The next response, or null after the last.</summary>
    public async Task<TResponse?> ReadNextAsync()
    {
        await _sent.ConfigureAwait(false);
        if (!IsEnded)
        {
            try
            {
                if (await _reader!.ReadAsync(Stopped).ConfigureAwait(false) is { } payload) return Deserialize(payload);
                EndFromServer(ResponseStatus.FromTrailers(_response!), received: true);
            }
            catch (Exception error)
            {
                Fail(error, "Error reading next message.");
            }
        }

        return GetStatus().StatusCode == StatusCode.OK ? null : throw Error();
    }

    private void ReadHeaders(HttpResponseMessage response)
    {
        var metadata = ResponseStatus.ToMetadata(response.Headers);
        _headers.TrySetResult(metadata);
        if (ResponseStatus.FromHeaders(response) is { } status)
        {
            // What came is headers and trailers in one.
            End(Checked(status, received: false), metadata);
            return;
        }

        var encoding = response.Headers.NonValidated.TryGetValues(Names.Encoding, out var values) ? values.ToString() : null;
        _reader = new FrameReader(response.Content.ReadAsStream(Stopped), encoding, _channel.MaxReceiveMessageSize);
    }

    private TResponse Deserialize(ReadOnlyMemory<byte> payload)
    {
        try
        {
            return _method.ResponseMarshaller.ContextualDeserializer(new PayloadReader(payload));
        }
        catch (Exception error)
        {
            throw new RpcException(new Status(StatusCode.Internal, "Failed to deserialize response message.", error));
        }
    }

    private void EndFromServer(Status status, bool received) =>
        End(Checked(status, received), ResponseStatus.ToMetadata(_response!.TrailingHeaders));

    private Status Checked(Status status, bool received) => status.StatusCode == StatusCode.OK && HasSingleResponse && !received
        ? new Status(StatusCode.Internal, "Failed to deserialize response message.")
        : status;
}
