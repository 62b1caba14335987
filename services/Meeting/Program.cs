using Meetings.Meeting;
using Meetings.Meeting.Automation;
using Meetings.Meeting.Commands;
using Meetings.Meeting.Directory;
using Meetings.Meeting.Grpc;
using Meetings.Meeting.Joining;
using Meetings.Meeting.Lifecycle;
using Meetings.Meeting.Passwords;
using Meetings.Meeting.Persistence;
using Meetings.Meeting.Providers;
using Meetings.Meeting.Providers.LiveKit;
using Meetings.Meeting.Providers.Zoom;
using Meetings.Meeting.Reconciliation;
using Meetings.Meeting.Registrants;
using Meetings.Meeting.Rooms;
using Meetings.Meeting.Scheduling;
using Meetings.Meeting.Series;
using Meetings.Meeting.Sittings;
using Meetings.ServiceDefaults;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Grpc;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Messaging;
using Meetings.ServiceDefaults.OpenApi;
using Meetings.ServiceDefaults.Security;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();
builder.AddCallerAuthentication();
builder.AddDatabase("meeting", typeof(MeetingState).Assembly);
// The writer of sittings before the bus that feeds it: services stop in the opposite order, and what is being consumed must still find its writer.
builder.Services.AddSittings();
builder.AddMessaging("meeting", bus =>
{
    bus.AddDirectoryConsumers();
    bus.AddSittingConsumers();
    bus.AddCommandConsumers();
    bus.AddPersistenceConsumers();
});
builder.AddInternalGrpc();
builder.AddDirectory();
builder.AddZoom();
builder.AddLiveKit();
builder.Services.AddProviders();
builder.Services.AddPasswords();
builder.Services.AddScheduling();
builder.Services.AddSeries();
builder.Services.AddAutomation();
builder.AddPersistence();
builder.Services.AddJoining();
builder.Services.AddReconciliation();
builder.Services.AddRooms();
builder.Services.AddRegistrants();
builder.Services.AddCommands();
builder.AddApiDocument(Api.Notes);

var app = builder.Build();

app.UseProblems();
app.UseAuthentication();
app.UseAuthorization();
app.MapDefaultEndpoints();
app.MapApiDocument();
app.MapScheduling();
app.MapSeries();
app.MapAutomation();
app.MapJoining();
app.MapRooms();
app.MapCommands();
app.MapInternalGrpc<MeetingDirectoryGrpc>();
app.MapInternalGrpc<MeetingRegistrantsGrpc>();

app.Run();
