using MassTransit;
using Meetings.ServiceDefaults;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Messaging;
using Meetings.ServiceDefaults.OpenApi;
using Meetings.ServiceDefaults.Security;
using Meetings.WebhookIngress;
using Meetings.WebhookIngress.Deliveries;
using Meetings.WebhookIngress.LiveKit;
using Meetings.WebhookIngress.Zoom;
using Microsoft.Extensions.Diagnostics.HealthChecks;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();
builder.AddCallerAuthentication();
builder.AddDatabase("webhook-ingress", typeof(Program).Assembly);
// Without its broker this service still does what providers wait for, so it stays ready for traffic.
builder.AddMessaging("webhook-ingress", bus => bus.ConfigureHealthCheckOptions(health => health.MinimalFailureStatus = HealthStatus.Degraded));
builder.AddRequestLimits();
builder.AddDeliveries();
builder.AddZoomWebhooks();
builder.AddLiveKitWebhooks();
builder.AddApiDocument(Api.Notes);

var app = builder.Build();

app.UseProblems();
app.UseRouting();
app.UseAuthentication();
app.UseAuthorization();

app.MapDefaultEndpoints();
app.MapApiDocument();
app.MapZoomWebhooks();
app.MapLiveKitWebhooks();
app.MapDeliveries();

app.Run();
