using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MassTransit;
using RabbitMQ.Client;

namespace Meetings.ServiceDefaults.Messaging.FailedMessages;

/// <summary>A message that was given up on, as its headers and its envelope tell of it.</summary>
/// <param name="Queue">Where it failed.</param>
/// <param name="Reason"><c>fault</c>: its consumer failed. <c>skipped</c>: no consumer knew it. <c>delivery_limit</c>: its consumers died of it.</param>
/// <param name="FailedAt">Tells one failure of the same message from another, and from the same told twice.</param>
/// <param name="Headers">Those it was sent with, as a JSON object; not those that tell of the failure.</param>
internal sealed record FailedMessage(
    string Queue, Guid MessageId, string? MessageType, string Reason, string? ExceptionType, string? ExceptionMessage, DateTimeOffset FailedAt,
    string? ContentType, string Headers, byte[] Body)
{
    private const string FirstDeathQueue = "x-first-death-queue";
    private const string Urn = "urn:message:";

    /// <returns>Null for a dead letter of another service.</returns>
    public static FailedMessage? Of(IReadOnlyBasicProperties properties, byte[] body, FailedQueue failed, DateTimeOffset now)
    {
        var headers = Texts(properties.Headers);
        var reason = headers.GetValueOrDefault(MessageHeaders.Reason) switch
        {
            "fault" => "fault",
            null when headers.ContainsKey(FirstDeathQueue) => "delivery_limit",
            _ => "skipped",
        };
        var queue = reason switch
        {
            "fault" => headers.GetValueOrDefault(MessageHeaders.FaultInputAddress) is { } address ? new Uri(address).Segments[^1] : null,
            "skipped" => headers.GetValueOrDefault(FailedQueue.QueueHeader),
            _ => headers[FirstDeathQueue],
        };
        if (reason == "delivery_limit" && !failed.Owns(queue!)) return null;

        return new FailedMessage(
            queue ?? failed.Name,
            Guid.TryParse(properties.MessageId, out var id) ? id : new Guid(SHA256.HashData(body).AsSpan(0, 16)),
            headers.GetValueOrDefault(MessageHeaders.FaultMessageType) ?? TypeOf(body),
            reason,
            headers.GetValueOrDefault(MessageHeaders.FaultExceptionType),
            headers.GetValueOrDefault(MessageHeaders.FaultMessage) is { } text ? FaultText.WithoutPersons(text) : null,
            FailedAtOf(headers, properties.Headers) ?? now,
            properties.ContentType,
            JsonSerializer.Serialize(headers.Where(header => IsItsOwn(header.Key)).ToDictionary()),
            body);
    }

    private static DateTimeOffset? FailedAtOf(Dictionary<string, string> headers, IDictionary<string, object?>? raw) =>
        DateTimeOffset.TryParse(
            headers.GetValueOrDefault(MessageHeaders.FaultTimestamp), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at
        : raw?.TryGetValue("x-death", out var deaths) == true && deaths is IList<object> { Count: > 0 } list
            && list[0] is IDictionary<string, object> death && death.TryGetValue("time", out var time) && time is AmqpTimestamp stamp
            ? DateTimeOffset.FromUnixTimeSeconds(stamp.UnixTime)
        : null;

    // Stamps of the broker, of its client and of the move here. A replay goes out without them, as if for the first time.
    private static bool IsItsOwn(string header) =>
        !header.StartsWith("x-", StringComparison.Ordinal) && !header.StartsWith("MT-Fault-", StringComparison.Ordinal)
        && !header.StartsWith("MT-Host-", StringComparison.Ordinal) && header is not (MessageHeaders.Reason or FailedQueue.QueueHeader);

    // Without NUL, which the database does not take.
    private static Dictionary<string, string> Texts(IDictionary<string, object?>? headers) =>
        (headers ?? new Dictionary<string, object?>())
            .Select(header => (header.Key, Text: header.Value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : header.Value as string))
            .Where(header => header.Text is not null)
            .ToDictionary(header => header.Key, header => header.Text!.Replace("\0", "", StringComparison.Ordinal), StringComparer.Ordinal);

    /// <summary>MassTransit's envelope names the contract as <c>urn:message:Namespace:Type</c>.</summary>
    private static string? TypeOf(byte[] body)
    {
        try
        {
            using var envelope = JsonDocument.Parse(body);
            return envelope.RootElement.GetProperty("messageType")[0].GetString() is { } urn && urn.StartsWith(Urn, StringComparison.Ordinal)
                ? urn[Urn.Length..].Replace(':', '.').Replace("\0", "", StringComparison.Ordinal)
                : null;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException)
        {
            return null;
        }
    }
}
