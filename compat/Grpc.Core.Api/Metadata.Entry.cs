using System.Buffers;
using System.Text;

namespace Grpc.Core;

public sealed partial class Metadata
{
    private static readonly SearchValues<char> KeyCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_.-");

    /// <summary>One key with its value: text, or bytes when the key ends in <see cref="BinaryHeaderSuffix"/>.</summary>
    public class Entry
    {
        private readonly string? _value;
        private readonly byte[] _bytes;

        public Entry(string key, byte[] valueBytes)
        {
            Key = Normalize(key);
            ArgumentNullException.ThrowIfNull(valueBytes);
            if (!HasBinaryKey(Key))
                throw new ArgumentException($"Key for binary valued metadata entry needs to have suffix '{BinaryHeaderSuffix}'.", nameof(key));
            _bytes = [.. valueBytes];
        }

        public Entry(string key, string value)
        {
            Key = Normalize(key);
            ArgumentNullException.ThrowIfNull(value);
            if (HasBinaryKey(Key))
                throw new ArgumentException("Key for ASCII valued metadata entry cannot have the suffix of binary ones.", nameof(key));
            _value = value;
            _bytes = Encoding.ASCII.GetBytes(value);
        }

        /// <summary>In lower case.</summary>
        public string Key { get; }

        public byte[] ValueBytes => [.. _bytes];

        public string Value => _value ?? throw new InvalidOperationException("Cannot access string value of a binary metadata entry");

        public bool IsBinary => _value is null;

        public override string ToString() => IsBinary ? $"[Entry: key={Key}, {_bytes.Length} bytes]" : $"[Entry: key={Key}, value={_value}]";

        internal bool HasKey(string key) => Key.Equals(key, StringComparison.OrdinalIgnoreCase);

        internal static bool HasBinaryKey(string key) => key.EndsWith(BinaryHeaderSuffix, StringComparison.OrdinalIgnoreCase);

        private static string Normalize(string key)
        {
            ArgumentNullException.ThrowIfNull(key);
            var lower = key.ToLowerInvariant();
            if (lower.Length == 0 || lower.AsSpan().ContainsAnyExcept(KeyCharacters))
            {
                throw new ArgumentException(
                    $"Metadata entry key '{key}' not valid. Keys can only contain lowercase alphanumeric characters, underscores, hyphens and dots.", nameof(key));
            }

            return lower;
        }
    }
}
