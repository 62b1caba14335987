extern alias Gateway;

using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Meetings.Contracts.Problems;
using Microsoft.OpenApi;

namespace Meetings.Api.Tests;

/// <summary>The API document: what the code says of itself, whole, valid, and the one that is checked in. <c>MEETINGS_RENEW=1</c> writes it anew.</summary>
public sealed partial class DocumentTests(MergedDocument document) : IClassFixture<MergedDocument>
{
    private static readonly string Codes = Path.Combine(MergedDocument.Root, "docs", "problem-codes.md");

    [Fact]
    public async Task The_document_that_is_checked_in_is_the_one_that_the_services_make()
    {
        if (Environment.GetEnvironmentVariable("MEETINGS_RENEW") == "1") await File.WriteAllTextAsync(MergedDocument.Path, document.Text, TestContext.Current.CancellationToken);

        Assert.True(
            await File.ReadAllTextAsync(MergedDocument.Path, TestContext.Current.CancellationToken) == document.Text,
            "The API has changed. Look at the difference, and renew the document: MEETINGS_RENEW=1 ./test.sh Api.Tests");
    }

    [Fact]
    public async Task The_list_of_problem_codes_is_the_one_in_the_code()
    {
        var text = "# Problem codes\n\nEvery refusal is problem details (RFC 9457) with one of these in `code`. Written by `MEETINGS_RENEW=1 ./test.sh Api.Tests` from `contracts/Problems/ProblemCodes.cs`.\n\n"
            + "| code | status | what it means, and what to do |\n|---|---|---|\n"
            + string.Concat(ProblemCodes.All.Select(code => $"| `{code.Key}` | {code.Value.Status} | {code.Value.Meaning} |\n"));
        if (Environment.GetEnvironmentVariable("MEETINGS_RENEW") == "1") await File.WriteAllTextAsync(Codes, text, TestContext.Current.CancellationToken);

        Assert.Equal(text, await File.ReadAllTextAsync(Codes, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void It_is_valid_OpenApi()
    {
        var result = OpenApiDocument.Parse(document.Text, "json");

        Assert.Empty(result.Diagnostic!.Errors.Select(error => $"{error.Pointer}: {error.Message}"));
        Assert.Equal(document.Json["paths"]!.AsObject().Count, result.Document!.Paths.Count);
    }

    [Fact]
    public void Every_operation_says_what_it_is_for_with_examples_and_refusals()
    {
        Assert.True(document.Operations.Count() > 50, "Hardly any operation.");
        foreach (var (name, operation) in document.Operations)
        {
            Assert.False(string.IsNullOrWhiteSpace((string?)operation["summary"]), $"{name} has no summary");
            if (name.Contains("{id}", StringComparison.Ordinal)) Assert.True(operation["responses"]!["404"] is not null, $"{name} does not say what it answers for what is not there");
            Assert.True(operation["tags"]?.AsArray().Count == 1, $"{name} has no tag");
            if (operation["requestBody"] is { } body) Assert.True(body["content"]?["application/json"]?["example"] is JsonObject, $"{name} has no example of its body");
            var responses = operation["responses"]!.AsObject();
            Assert.Contains(responses, response => response.Key[0] == '2');
            foreach (var (status, response) in responses)
            {
                foreach (var (type, content) in response!["content"]?.AsObject() ?? [])
                    Assert.True(type == "text/event-stream" || content!["example"] is not null, $"{name} has no example of {status}");
                if (status[0] is '4' or '5') Assert.True(ProblemCodes.All[(string)response["content"]!["application/problem+json"]!["example"]!["code"]!].Status == int.Parse(status, null), $"{name}: {status}");
            }
        }
    }

    [Fact]
    public void Every_path_is_one_that_the_gateway_hands_on_and_every_route_of_the_gateway_has_one()
    {
        var routes = JsonNode.Parse(File.ReadAllText(Path.Combine(MergedDocument.Root, "gateway", "appsettings.json")))!["ReverseProxy"]!["Routes"]!.AsObject()
            .Select(route => (Id: route.Key, Path: (string)route.Value!["Match"]!["Path"]!)).ToList();
        // What the gateway answers itself, and the hub, which is no request and answer.
        string[] own = ["/dev/token"];
        var paths = document.Json["paths"]!.AsObject().Select(path => path.Key).Except(own).ToList();

        Assert.All(paths, path => Assert.True(routes.Any(route => Matches(route.Path, path)), $"{path} has no route"));
        Assert.All(routes.Where(route => route.Id != "meeting-hub"), route => Assert.True(paths.Any(path => Matches(route.Path, path)), $"{route.Id} has no operation"));
    }

    [Fact]
    public void Every_code_that_is_refused_with_is_listed_and_every_one_that_is_listed_is_in_use()
    {
        var sources = new[] { "services", "gateway", "ServiceDefaults" }.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(MergedDocument.Root, folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.EndsWith("Api.cs", StringComparison.Ordinal) && !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(File.ReadAllText).ToList();
        var used = sources.SelectMany(text => Refused().Matches(text).Select(match => match.Groups[1].Value))
            .Concat(sources.SelectMany(text => Missing().Matches(text).Select(match => $"{match.Groups[1].Value}-not-found")))
            .Concat(sources.SelectMany(text => OfWebhooks().Matches(text).Select(match => $"webhook-{match.Groups[1].Value}"))).ToHashSet();

        Assert.Empty(used.Except(ProblemCodes.All.Keys).Order());
        // Whatever else a code comes from, it stands somewhere.
        string[] ofTheFramework = ["unauthenticated", "not-found", "method-not-allowed", "unsupported-media-type"];
        Assert.Empty(ProblemCodes.All.Keys.Where(code => !used.Contains(code) && !sources.Any(text => text.Contains($"\"{code}\"", StringComparison.Ordinal))).Except(ofTheFramework));
    }

    private static bool Matches(string route, string path)
    {
        var (wanted, given) = (route.Trim('/').Split('/'), path.Trim('/').Split('/'));
        for (var i = 0; i < wanted.Length; i++)
        {
            if (wanted[i].StartsWith("{**", StringComparison.Ordinal)) return true;
            if (i >= given.Length || (wanted[i][0] != '{' && wanted[i] != given[i])) return false;
        }

        return wanted.Length == given.Length;
    }

    [GeneratedRegex(@"Problem\.(?:Of\(\s*[A-Za-z0-9_.]+,\s*|Forbidden\()""([A-Za-z_-]+)""")]
    private static partial Regex Refused();

    [GeneratedRegex(@"Problem\.NotFound\(""([a-z-]+)""\)")]
    private static partial Regex Missing();

    [GeneratedRegex(@"RefuseAsync\(\s*context, (?:provider, )?(?:StatusCodes\.\w+|body\.Refusal), ""([a-z-]+)""")]
    private static partial Regex OfWebhooks();
}
