// The whole system on one page: stores, services, the one door in front of them, and the sandboxes that stand in for Zoom and LiveKit.
using System.Globalization;

var builder = DistributedApplication.CreateBuilder(args);

// Kept with the data, so that the next start opens what this one wrote.
var developmentKey = builder.AddParameter("auth-development-key", new GenerateParameterDefault { MinLength = 48, Special = false }, secret: true, persist: true);
var serviceKey = builder.AddParameter("auth-service-key", new GenerateParameterDefault { MinLength = 48, Special = false }, secret: true, persist: true);

var postgres = builder.AddPostgres("postgres").WithDataVolume();
var redis = builder.AddRedis("redis").WithDataVolume().WithPersistence();
var rabbitmq = builder.AddRabbitMQ("rabbitmq").WithDataVolume().WithManagementPlugin();

var registrationDatabase = postgres.AddDatabase("registration-db");
var meetingDatabase = postgres.AddDatabase("meeting-db");
var attendanceDatabase = postgres.AddDatabase("attendance-db");
var webhookDatabase = postgres.AddDatabase("webhook-db");

var zoomSandbox = builder.AddProject<Projects.ZoomSandbox>("zoom-sandbox")
    .WithEndpoint("http", http => http.Port = Port("MEETINGS_SANDBOX_PORT", 8090))
    .WithHttpHealthCheck("/health");

var liveKitSandbox = builder.AddProject<Projects.LiveKitSandbox>("livekit-sandbox")
    .WithEndpoint("http", http => http.Port = Port("MEETINGS_LIVEKIT_SANDBOX_PORT", 7880))
    .WithHttpHealthCheck("/health");

var registration = builder.AddProject<Projects.Registration>("registration")
    .WithReference(registrationDatabase, "registration").WaitFor(registrationDatabase)
    .WithReference(rabbitmq).WaitFor(rabbitmq)
    .WithEnvironment("Auth__DevelopmentKey", developmentKey).WithEnvironment("Auth__ServiceKey", serviceKey)
    .WithHttpHealthCheck("/health");

var meeting = builder.AddProject<Projects.Meeting>("meeting")
    .WithReference(meetingDatabase, "meeting").WaitFor(meetingDatabase)
    .WithReference(rabbitmq).WaitFor(rabbitmq)
    .WithReference(redis).WaitFor(redis)
    .WithReference(registration).WithReference(zoomSandbox).WithReference(liveKitSandbox)
    .WithEnvironment("Auth__DevelopmentKey", developmentKey).WithEnvironment("Auth__ServiceKey", serviceKey)
    .WithHttpHealthCheck("/health");

var attendance = builder.AddProject<Projects.Attendance>("attendance")
    .WithReference(attendanceDatabase, "attendance").WaitFor(attendanceDatabase)
    .WithReference(rabbitmq).WaitFor(rabbitmq)
    .WithReference(registration).WithReference(meeting)
    .WithEnvironment("Auth__DevelopmentKey", developmentKey).WithEnvironment("Auth__ServiceKey", serviceKey)
    .WithHttpHealthCheck("/health");

var webhooks = builder.AddProject<Projects.WebhookIngress>("webhook-ingress")
    .WithReference(webhookDatabase, "webhook-ingress").WaitFor(webhookDatabase)
    .WithReference(rabbitmq)
    .WithEnvironment("Auth__DevelopmentKey", developmentKey).WithEnvironment("Auth__ServiceKey", serviceKey)
    .WithHttpHealthCheck("/health");

var gateway = builder.AddProject<Projects.Gateway>("gateway")
    .WithEndpoint("http", http => http.Port = Port("MEETINGS_GATEWAY_PORT", 8080))
    .WithExternalHttpEndpoints()
    .WithReference(registration).WithReference(meeting).WithReference(attendance).WithReference(webhooks)
    .WithEnvironment("Auth__DevelopmentKey", developmentKey).WithEnvironment("Auth__ServiceKey", serviceKey)
    .WithHttpHealthCheck("/health");

// Who is registered where is known to the one, and the providers to the other: they ask each other, and neither waits for the other to start.
registration.WithReference(meeting);

// Links lead to the one door, and people's clients to LiveKit itself.
meeting
    .WithEnvironment("LiveKit__WebUrl", gateway.GetEndpoint("http"))
    .WithEnvironment("LiveKit__PublicUrl", liveKitSandbox.GetEndpoint("http"));

// The sandboxes send what Zoom and LiveKit would send, to where they would send it. Zoom's remembers its meetings as Zoom would.
zoomSandbox
    .WithEnvironment("Zoom__WebhookUrl", ReferenceExpression.Create($"{gateway.GetEndpoint("http")}/webhooks/zoom"))
    .WithEnvironment("Zoom__DataFile", builder.Configuration["MEETINGS_SANDBOX_DATA"] ?? Path.Combine(builder.AppHostDirectory, "..", ".data", "zoom-sandbox.json"));
liveKitSandbox
    .WithEnvironment("LiveKit__WebhookUrl", ReferenceExpression.Create($"{gateway.GetEndpoint("http")}/webhooks/livekit"));

builder.Build().Run();

int Port(string variable, int otherwise) =>
    int.TryParse(builder.Configuration[variable], NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : otherwise;
