using Meetings.Attendance;
using Meetings.ServiceDefaults;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Messaging;
using Meetings.ServiceDefaults.OpenApi;
using Meetings.ServiceDefaults.Security;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();
builder.AddDatabase("attendance", typeof(AttendanceOptions).Assembly);
builder.AddCallerAuthentication();
// The ledger's writer before the bus that feeds it: services stop in the opposite order, and what is being consumed must still find its writer.
builder.AddAttendance();
builder.AddMessaging("attendance", bus => bus.AddAttendanceConsumers());
builder.AddApiDocument(Api.Notes);

var app = builder.Build();

app.UseProblems();
app.UseAuthentication();
app.UseAuthorization();
app.MapDefaultEndpoints();
app.MapApiDocument();
app.MapAttendance();

app.Run();
