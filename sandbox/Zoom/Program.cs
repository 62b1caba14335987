using Meetings.ServiceDefaults;
using Meetings.ZoomSandbox;
using Meetings.ZoomSandbox.Control;
using Meetings.ZoomSandbox.Meetings;
using Meetings.ZoomSandbox.OAuth;
using Meetings.ZoomSandbox.Registrants;
using Meetings.ZoomSandbox.Reports;
using Meetings.ZoomSandbox.State;
using Meetings.ZoomSandbox.Users;
using Meetings.ZoomSandbox.Webhooks;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();
builder.AddZoomOptions();
builder.Services.AddSandboxState();
builder.Services.AddOAuth();
builder.Services.AddMeetings();
builder.Services.AddRegistrants();
builder.Services.AddReports();
builder.Services.AddWebhooks();
builder.Services.AddControl();

var app = builder.Build();

app.UseExceptionHandler();
app.MapDefaultEndpoints();
app.MapOAuth();
app.MapUsers();
app.MapMeetings();
app.MapRegistrants();
app.MapReports();
app.MapControl();

app.Run();
