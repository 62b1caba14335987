using Meetings.Registration;
using Meetings.Registration.Academies;
using Meetings.Registration.Classes;
using Meetings.Registration.Grpc;
using Meetings.Registration.Import;
using Meetings.Registration.People;
using Meetings.Registration.Registrants;
using Meetings.ServiceDefaults;
using Meetings.ServiceDefaults.Data;
using Meetings.ServiceDefaults.Grpc;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Messaging;
using Meetings.ServiceDefaults.OpenApi;
using Meetings.ServiceDefaults.Security;

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults();
builder.AddDatabase("registration", typeof(Program).Assembly);
builder.AddMessaging("registration", bus => bus.AddRegistrantConsumers());
builder.AddCallerAuthentication();
builder.AddInternalGrpc();
builder.AddImport();
builder.Services.AddAcademies();
builder.Services.AddPeople();
builder.Services.AddClasses();
builder.AddRegistrants();
builder.AddApiDocument(Api.Notes);

var app = builder.Build();

app.UseProblems();
app.UseAuthentication();
app.UseAuthorization();
app.MapDefaultEndpoints();
app.MapApiDocument();
app.MapInternalGrpc<SchoolDirectoryGrpc>();

var api = app.MapGroup("/api/v1");
api.MapAcademies();
api.MapPeople();
api.MapClasses();
api.MapRegistrants();

app.Run();
