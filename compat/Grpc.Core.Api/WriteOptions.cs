namespace Grpc.Core;

[Flags]
public enum WriteFlags
{
    /// <summary>More will follow soon: the message may wait in the buffer.</summary>
    BufferHint = 0x1,

    /// <summary>Not to be compressed, even where the call is.</summary>
    NoCompress = 0x2,
}

/// <summary>How messages are written.</summary>
public class WriteOptions(WriteFlags flags = default)
{
    public static readonly WriteOptions Default = new();

    public WriteFlags Flags { get; } = flags;
}
