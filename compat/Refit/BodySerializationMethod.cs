namespace Refit;

public enum BodySerializationMethod
{
    /// <summary>Text and streams as they are, anything else through the content serializer.</summary>
    Default = 0,

    UrlEncoded = 2,

    /// <summary>Through the content serializer, text too.</summary>
    Serialized = 3,
}
