using Meetings.Attendance;
using Meetings.ServiceDefaults;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Messaging;
using Meetings.ServiceDefaults.Security;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();
builder.AddDatabase("attendance", typeof(AttendanceOptions).Assembly);
builder.AddMessaging("attendance", bus => bus.AddAttendanceConsumers());
builder.AddCallerAuthentication();
builder.AddAttendance();

var app = builder.Build();

app.UseProblems();
app.UseAuthentication();
app.UseAuthorization();
app.MapDefaultEndpoints();
app.MapAttendance();

app.Run();
