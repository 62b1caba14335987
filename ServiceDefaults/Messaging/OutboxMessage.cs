using System.Diagnostics;
using System.Text.Json;
using Meetings.Contracts.Sittings;

namespace Meetings.ServiceDefaults.Messaging;

/// <summary>A message on its way through the outbox.</summary>
/// <param name="Id">The id under which it is published, however often: consumers tell repeats by it. Time-ordered.</param>
/// <param name="Type">Full name of its contract, which is its identity on the wire too.</param>
/// <param name="TraceParent">W3C trace context of the work that caused it.</param>
public sealed record OutboxMessage(Guid Id, string Type, string Body, string? TraceParent)
{
    private static readonly Dictionary<string, Type> Contracts =
        typeof(SittingStarted).Assembly.GetExportedTypes().Where(type => type.FullName is not null).ToDictionary(type => type.FullName!);

    // Who publishes it in the process that wrote it need not read it again.
    private object? _message;

    public static OutboxMessage Of<T>(T message)
        where T : class => new(Guid.CreateVersion7(), typeof(T).FullName!, JsonSerializer.Serialize(message), Activity.Current?.Id) { _message = message };

    /// <summary>The contract's type, and the message.</summary>
    /// <exception cref="InvalidOperationException">This version of the code does not know the contract.</exception>
    internal (object Message, Type Contract) Open() =>
        Contracts.TryGetValue(Type, out var contract)
            ? (_message ?? JsonSerializer.Deserialize(Body, contract)!, contract)
            : throw new InvalidOperationException($"No contract is named {Type}.");
}
