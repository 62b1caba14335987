using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Meetings.Meeting.Providers.LiveKit;

/// <summary>Who comes with a participant's token.</summary>
/// <param name="Identity">By which LiveKit knows the person: one connection for each.</param>
/// <param name="Name">As others see it, in its own script.</param>
/// <param name="Role">For clients; what it allows is in the grant.</param>
internal readonly record struct LiveKitParticipant(string Identity, string Name, string Role, Guid PersonId);

/// <summary>Access tokens (PROTOCOLS D): a pure function, written over spans since a school's whole morning asks for one at the same minute.</summary>
internal static class LiveKitToken
{
    // LiveKit's limit of a name. Longer ones are cut here, or it would not let their bearers in.
    private const int MaxNameBytes = 256;

    private static readonly JsonWriterOptions AsItIs = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [ThreadStatic]
    private static Desk? t_desk;

    private static ReadOnlySpan<byte> Header => """{"alg":"HS256","typ":"JWT"}"""u8;

    /// <summary>A token of our own for the server's API.</summary>
    public static string Sign(LiveKitKey key, LiveKitGrant grant, DateTimeOffset now, TimeSpan lifetime) => Sign(key, grant, null, now, lifetime);

    /// <summary>A participant's, or, without one, our own.</summary>
    /// <param name="key">Signs it.</param>
    /// <param name="grant">What its bearer may.</param>
    /// <param name="who">Who its bearer is.</param>
    /// <param name="now">From when it holds, to the second.</param>
    /// <param name="lifetime">How long.</param>
    public static string Sign(LiveKitKey key, LiveKitGrant grant, LiveKitParticipant? who, DateTimeOffset now, TimeSpan lifetime)
    {
        var desk = t_desk ??= new Desk();
        var claims = WriteClaims(desk, key, grant, who, now.ToUnixTimeSeconds(), (now + lifetime).ToUnixTimeSeconds());

        var length = Base64Url.GetEncodedLength(Header.Length) + 1 + Base64Url.GetEncodedLength(claims.Length) + 1 + Base64Url.GetEncodedLength(HMACSHA256.HashSizeInBytes);
        var rented = ArrayPool<byte>.Shared.Rent(length);
        var token = rented.AsSpan(0, length);
        var at = Base64Url.EncodeToUtf8(Header, token);
        token[at++] = (byte)'.';
        at += Base64Url.EncodeToUtf8(claims, token[at..]);

        Span<byte> signature = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key.Secret, token[..at], signature);
        token[at++] = (byte)'.';
        Base64Url.EncodeToUtf8(signature, token[at..]);

        var text = Encoding.ASCII.GetString(token);
        ArrayPool<byte>.Shared.Return(rented);
        return text;
    }

    private static ReadOnlySpan<byte> WriteClaims(Desk desk, LiveKitKey key, LiveKitGrant grant, LiveKitParticipant? who, long from, long until)
    {
        var json = desk.Claims.Begin();
        json.WriteStartObject();
        json.WriteString("iss"u8, key.Id);
        json.WriteNumber("nbf"u8, from);
        json.WriteNumber("iat"u8, from);
        json.WriteNumber("exp"u8, until);
        if (who is { } person)
        {
            json.WriteString("sub"u8, person.Identity);
            WritePerson(json, desk.Metadata, person);
        }

        WriteGrant(json, grant);
        json.WriteEndObject();
        return desk.Claims.End();
    }

    private static void WritePerson(Utf8JsonWriter json, Sheet metadata, LiveKitParticipant who)
    {
        // By way of bytes, in which half a character cannot be: JSON could not have it, and a name may be whatever somebody typed.
        var rented = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(who.Name.Length));
        var name = rented.AsSpan(0, Encoding.UTF8.GetBytes(who.Name, rented));
        name = name[..CutAt(name, MaxNameBytes)];
        json.WriteString("name"u8, name);

        var about = metadata.Begin();
        about.WriteStartObject();
        about.WriteString("name"u8, name);
        about.WriteString("role"u8, who.Role);
        about.WriteString("user_id"u8, who.PersonId);
        about.WriteEndObject();
        json.WriteString("metadata"u8, metadata.End());
        ArrayPool<byte>.Shared.Return(rented);
    }

    private static void WriteGrant(Utf8JsonWriter json, LiveKitGrant grant)
    {
        json.WriteStartObject("video"u8);
        if (grant.Room is { } room) json.WriteString("room"u8, room);
        if (grant.RoomCreate) json.WriteBoolean("roomCreate"u8, true);
        if (grant.RoomList) json.WriteBoolean("roomList"u8, true);
        if (grant.RoomAdmin) json.WriteBoolean("roomAdmin"u8, true);
        if (grant.RoomJoin)
        {
            json.WriteBoolean("roomJoin"u8, true);
            json.WriteBoolean("canPublish"u8, grant.CanPublish);
            json.WriteBoolean("canSubscribe"u8, grant.CanSubscribe);
            json.WriteBoolean("canPublishData"u8, grant.CanPublish);
        }

        json.WriteEndObject();
    }

    /// <summary>Not within a character.</summary>
    private static int CutAt(ReadOnlySpan<byte> utf8, int max)
    {
        if (utf8.Length <= max) return utf8.Length;
        while ((utf8[max] & 0xC0) == 0x80) max--;
        return max;
    }

    /// <summary>What one thread writes on, again and again, for as long as the thread lives.</summary>
    private sealed class Desk : IDisposable
    {
        public Sheet Claims { get; } = new();
        public Sheet Metadata { get; } = new();

        public void Dispose()
        {
            Claims.Dispose();
            Metadata.Dispose();
        }
    }

    private sealed class Sheet : IDisposable
    {
        private readonly ArrayBufferWriter<byte> _bytes = new(1024);
        private readonly Utf8JsonWriter _json;

        public Sheet() => _json = new Utf8JsonWriter(_bytes, AsItIs);

        public void Dispose() => _json.Dispose();

        public Utf8JsonWriter Begin()
        {
            _bytes.ResetWrittenCount();
            _json.Reset();
            return _json;
        }

        public ReadOnlySpan<byte> End()
        {
            _json.Flush();
            return _bytes.WrittenSpan;
        }
    }
}
