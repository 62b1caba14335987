namespace Refit;

/// <summary>Method and path of a request. The path begins with a slash and follows that of the client's base address.</summary>
public abstract class HttpMethodAttribute(string path) : Attribute
{
    public abstract HttpMethod Method { get; }

    public virtual string Path { get; protected set; } = path;
}
