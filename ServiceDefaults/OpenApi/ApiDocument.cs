using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Meetings.Contracts.Problems;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.OpenApi;

namespace Meetings.ServiceDefaults.OpenApi;

/// <summary>What the document of a service says that its code does not: with which codes each operation refuses, and what is sent to it.</summary>
/// <param name="Problems"><c>GET /path</c> → codes, separated by spaces. Besides those that every operation has.</param>
/// <param name="Requests"><c>POST /path</c> → an example of the body, where one made from its type would say too much.</param>
public sealed record ApiNotes(IReadOnlyDictionary<string, string> Problems, IReadOnlyDictionary<string, object> Requests);

/// <summary>
/// The OpenAPI document of a service, at <c>/openapi/v1.json</c>. Summaries and descriptions are the code's own documentation, examples come from its types, and refusals from
/// <see cref="ProblemCodes"/>. The gateway serves those of all services as one (docs/openapi.v1.json).
/// </summary>
public static partial class ApiDocument
{
    public static void AddApiDocument(this IHostApplicationBuilder builder, ApiNotes notes) => builder.Services.AddOpenApi("v1", options =>
    {
        options.CreateSchemaReferenceId = type => SchemaName(type.Type) ?? OpenApiOptions.CreateDefaultSchemaReferenceId(type);
        options.AddSchemaTransformer((schema, context, _) =>
        {
            var text = context.JsonPropertyInfo?.AttributeProvider is PropertyInfo property ? XmlDocs.OfProperty(property) : XmlDocs.OfType(context.JsonTypeInfo.Type);
            if (text is not null) schema.Description ??= text;
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, ct) => new DocumentedOperation(operation, context, notes).WriteAsync(ct));
    });

    public static void MapApiDocument(this IEndpointRouteBuilder app) => app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();

    // Body and Response are what use cases call theirs: in a document of all of them they need the name of the use case, too.
    private static string? SchemaName(Type type) =>
        type is { IsNested: true, IsGenericType: false, DeclaringType: { } useCase } && !type.IsEnum ? $"{useCase.Name}{type.Name}" : null;

    [GeneratedRegex(@":[a-z]+\}")]
    private static partial Regex Constraint();

    private sealed class DocumentedOperation(OpenApiOperation operation, OpenApiOperationTransformerContext context, ApiNotes notes)
    {
        private readonly string _name = $"{context.Description.HttpMethod} /{Constraint().Replace(context.Description.RelativePath!, "}").TrimEnd('/')}";

        public async Task WriteAsync(CancellationToken ct)
        {
            Describe();
            await ExemplifyAsync(ct);
            Refuse();
        }

        private void Describe()
        {
            if (context.Description.ActionDescriptor.EndpointMetadata.OfType<MethodInfo>().FirstOrDefault()?.DeclaringType is not { } type) return;
            while (type.DeclaringType is { } outer) type = outer;
            if (XmlDocs.OfType(type) is not { } text) return;
            var end = text.IndexOf(". ", StringComparison.Ordinal);
            operation.Summary = end < 0 ? text : text[..(end + 1)];
            if (end >= 0) operation.Description = text;
        }

        private async Task ExemplifyAsync(CancellationToken ct)
        {
            if (operation.RequestBody?.Content?.TryGetValue("application/json", out var body) is true)
            {
                // A body that is read field by field is bound as any JSON; what is meant stands beside it.
                var bound = context.Description.ParameterDescriptions.FirstOrDefault(parameter => parameter.Source.Id == "Body")?.Type;
                var meant = context.Description.ActionDescriptor.EndpointMetadata.OfType<IAcceptsMetadata>().Select(accepts => accepts.RequestType)
                    .LastOrDefault(type => type is not null && type != typeof(JsonElement)) ?? bound;
                if (meant is not null && bound == typeof(JsonElement) && meant != bound) body.Schema = await context.GetOrCreateSchemaAsync(meant, null, ct);
                body.Example = notes.Requests.TryGetValue(_name, out var request) ? Samples.Of(request) : meant is null ? null : Samples.Of(meant);
            }

            foreach (var (status, response) in operation.Responses ?? [])
            {
                if (response.Content?.TryGetValue("application/json", out var content) is not true) continue;
                var type = context.Description.SupportedResponseTypes.FirstOrDefault(one => $"{one.StatusCode}" == status)?.Type;
                if (type is not null) content.Example = Samples.Of(type);
            }
        }

        private void Refuse()
        {
            operation.Responses ??= [];
            foreach (var status in operation.Responses.Keys.Where(status => status[0] is '4' or '5').ToList()) operation.Responses.Remove(status);

            var isOpen = context.Description.ActionDescriptor.EndpointMetadata.OfType<IAllowAnonymous>().Any();
            var takes = operation.RequestBody is not null || operation.Parameters?.Any(parameter => parameter.In is ParameterLocation.Query) is true;
            string?[] always = [isOpen ? null : "unauthenticated", takes ? "invalid-request" : null, "temporarily-unavailable"];
            var codes = notes.Problems.GetValueOrDefault(_name, "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Concat(always.OfType<string>()).Distinct().Order(StringComparer.Ordinal);
            foreach (var refused in codes.GroupBy(code => ProblemCodes.All[code].Status).OrderBy(refused => refused.Key))
            {
                operation.Responses[$"{refused.Key}"] = new OpenApiResponse
                {
                    Description = string.Join("\n", refused.Select(code => $"- `{code}`: {ProblemCodes.All[code].Meaning}")),
                    Content = new Dictionary<string, OpenApiMediaType>
                    {
                        ["application/problem+json"] = new OpenApiMediaType
                        {
                            Schema = new OpenApiSchemaReference("Problem"), Example = Example(refused.Key, refused.First()),
                        },
                    },
                };
            }
        }

        private static JsonObject Example(int status, string code) => new()
        {
            ["type"] = $"https://tools.ietf.org/html/rfc9110#section-15.{(status < 500 ? 5 : 6)}.{(status % 100) + 1}", ["title"] = ProblemCodes.All[code].Meaning, ["status"] = status, ["code"] = code,
            ["traceId"] = "4bf92f3577b34da6a3ce929d0e0e4736",
        };
    }
}
