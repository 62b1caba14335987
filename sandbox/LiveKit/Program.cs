using Meetings.LiveKitSandbox;
using Meetings.LiveKitSandbox.Control;
using Meetings.LiveKitSandbox.Rooms;
using Meetings.LiveKitSandbox.Tokens;
using Meetings.LiveKitSandbox.Twirp;
using Meetings.LiveKitSandbox.Webhooks;
using Meetings.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();
builder.AddLiveKitOptions();
builder.Services.AddTokens();
builder.Services.AddRooms();
builder.Services.AddTwirp();
builder.Services.AddWebhooks();
builder.Services.AddControl();

var app = builder.Build();

app.UseExceptionHandler();
app.MapDefaultEndpoints();
app.MapTwirp();
app.MapControl();

app.Run();
