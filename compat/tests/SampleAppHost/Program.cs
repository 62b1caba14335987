var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = args, EnableResourceLogging = true });

var postgres = builder.AddPostgres("postgres").WithDataVolume().WithLifetime(ContainerLifetime.Persistent);
var database = postgres.AddDatabase("sampledb", databaseName: "sample");
var redis = builder.AddRedis("redis").WithDataVolume();
var rabbit = builder.AddRabbitMQ("rabbitmq").WithManagementPlugin().WithDataVolume();
var token = builder.AddParameter("sample-token", new GenerateParameterDefault { MinLength = 40, Special = false }, secret: true, persist: true);

var sample = builder.AddProject<Projects.SampleService>("sample")
    .WithReference(database).WaitFor(database)
    .WithReference(redis).WaitFor(redis)
    .WithReference(rabbit).WaitFor(rabbit)
    .WithEnvironment("SAMPLE_TOKEN", token)
    .WithHttpHealthCheck("/health")
    .WithExternalHttpEndpoints()
    .WithUrlForEndpoint("http", url => url.DisplayText = "Sample");

builder.AddProject<Projects.SampleService>("twins", launchProfileName: null)
    .WithHttpEndpoint()
    .WithReference(sample).WaitFor(sample)
    .WithReplicas(2)
    .WithHttpHealthCheck("/health");

builder.Build().Run();
