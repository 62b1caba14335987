using Meetings.Gateway;
using Meetings.Gateway.DevelopmentTokens;
using Meetings.Gateway.Documentation;
using Meetings.Gateway.Edge;
using Meetings.Gateway.Originals;
using Meetings.Gateway.Proxy;
using Meetings.ServiceDefaults;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Security;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();
builder.AddCallerAuthentication();

// Every route says who may use it, and one that forgets asks for a person (ProxyConfigFilter). What has no route gets its 404 or 405 from
// routing, not a 401 that says to sign in for nothing.
builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(null);
builder.AddEdge();
builder.AddProxy();
builder.AddOriginals();
builder.AddDevelopmentTokens();

var app = builder.Build();

app.UseMiddleware<SecurityHeaders>();
app.UseProblems();
app.UseEdge();
app.UseDocumentation();
app.UseRouting();
app.UseCors();
app.UseAuthentication();
app.UseRateLimiter();
app.UseAuthorization();

app.MapDefaultEndpoints();
app.MapHome();
app.MapDocumentation();
app.MapDevelopmentTokens();
app.MapProxy();

app.Run();
