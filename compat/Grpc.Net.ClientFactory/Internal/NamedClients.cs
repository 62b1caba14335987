namespace Grpc.Net.ClientFactory.Internal;

/// <summary>Which client type has which name, so that two of one short name do not share a channel unnoticed.</summary>
internal sealed class NamedClients
{
    private readonly Dictionary<string, Type> _types = [];

    public void Reserve(string name, Type type)
    {
        if (_types.TryGetValue(name, out var other) && other != type)
        {
            throw new InvalidOperationException(
                $"The gRPC client factory already has a registered client with the name '{name}', bound to the type '{other.FullName}'. " +
                "Client names are computed from the type name without the namespace. Give the client a name of its own: services.AddGrpcClient<T>(\"name\").");
        }

        _types[name] = type;
    }

    public void Check(string name, Type type)
    {
        if (!_types.TryGetValue(name, out var registered)) throw new InvalidOperationException($"No gRPC client configured with name '{name}'.");
        if (registered != type) throw new InvalidOperationException($"The gRPC client with the name '{name}' is a {registered.FullName}, not a {type.FullName}.");
    }
}
