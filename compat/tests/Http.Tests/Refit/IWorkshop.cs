using System.Runtime.Serialization;
using System.Text.Json.Serialization;
using Refit;

namespace Compat.Http.Tests.Refit;

[Headers("Accept: application/json", "X-Scope: interface", "X-Kept: yes")]
public interface IWorkshop
{
    [Get("/tools/{id}")]
    Task<Tool> Get(string id, CancellationToken ct = default);

    [Get("/tools/{ID}/parts/{number}")]
    Task<string> CaseOfNamesDoesNotMatter(string id, [AliasAs("Number")] int part);

    [Get("/files/{**path}")]
    Task<string> File(string path);

    [Get("/tools?kind=hand")]
    Task<List<Tool>> Search(string? name, int? page, bool used, [Query(Format = "yyyy-MM-dd")] DateOnly? since = null, Wear? wear = null);

    [Get("/tools")]
    Task<string> ByFilter(Filter filter);

    [Get("/tools")]
    Task<string> ByIds([Query(CollectionFormat.Multi)] int[] id, [Query(CollectionFormat.Csv)] IEnumerable<string>? tag = null);

    [Post("/tools")]
    Task<Tool> Add(Tool tool, string? reason = null);

    [Put("/tools/{id}")]
    Task Replace(string id, [Body] Tool tool);

    [Post("/notes")]
    Task Note([Body] string text);

    [Post("/notes")]
    Task Stream([Body] Stream text);

    [Post("/token")]
    Task Token([Body(BodySerializationMethod.UrlEncoded)] TokenRequest request);

    [Post("/token")]
    Task TokenOfPairs([Body(BodySerializationMethod.UrlEncoded)] Dictionary<string, string> request);

    [Delete("/tools/{id}")]
    [Headers("X-Scope: method", "X-Kept")]
    Task Delete(string id, [Header("X-Reason")] string? reason, [Authorize(scheme: "Bearer")] string token, [HeaderCollection] IDictionary<string, string>? more = null);

    [Patch("/tools/{id}")]
    [Headers("Content-Type: application/merge-patch+json")]
    Task Patch(string id, [Body] string patch);

    [Head("/tools")]
    Task<HttpResponseMessage> Probe();

    [Get("/tools/{id}")]
    Task<ApiResponse<Tool>> GetResponse(string id, CancellationToken ct = default);

    [Get("/tools/{id}")]
    Task<IApiResponse<Tool>> GetAbstractResponse(string id);
}

public sealed record Tool(string Name, Wear Wear = Wear.None);

public sealed record Filter([property: AliasAs("q")] string? Text, [property: JsonPropertyName("max_price")] decimal? MaxPrice, int Page, [property: Query(CollectionFormat.Multi)] string[]? Tags = null);

public sealed record TokenRequest([property: AliasAs("grant_type")] string GrantType, [property: JsonPropertyName("account_id")] string? AccountId, string? Missing = null);

public enum Wear
{
    None,

    [EnumMember(Value = "worn-out")]
    WornOut,
}
