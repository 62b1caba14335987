using Grpc.Core;
using Meetings.Contracts.Directory;
using Meetings.Contracts.Directory.V1;
using Meetings.ServiceDefaults;
using Meetings.ServiceDefaults.Grpc;
using Meetings.ServiceDefaults.Http;
using Meetings.ServiceDefaults.Security;
using Meetings.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Meetings.Gateway.Tests;

/// <summary>A service with the house's real authentication: gRPC as Registration answers it, and a REST endpoint that says who called.</summary>
public sealed class FakeDirectory : IAsyncDisposable
{
    public static readonly Guid Academy = Guid.NewGuid();
    public static readonly Guid Teacher = Guid.NewGuid();
    public static readonly Guid Super = Guid.NewGuid();

    private WebApplication _app = null!;

    public string Rest { get; private set; } = "";

    public string Grpc { get; private set; } = "";

    public static async Task<FakeDirectory> StartAsync()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
        builder.Configuration.AddInMemoryCollection(TestTokens.Settings);
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(System.Net.IPAddress.Loopback, 0);
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        builder.AddServiceDefaults();
        builder.AddCallerAuthentication();
        builder.AddInternalGrpc();

        var app = builder.Build();
        app.UseProblems();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapInternalGrpc<Directory>();
        app.MapGet("/api/v1/users/me", (Caller caller) => caller);
        await app.StartAsync();
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        return new FakeDirectory { _app = app, Rest = addresses.First(), Grpc = addresses.Last() };
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private sealed class Directory : SchoolDirectory.SchoolDirectoryBase
    {
        public override Task<LookUpPeopleResponse> LookUpPeople(LookUpPeopleRequest request, ServerCallContext context)
        {
            Person[] known =
            [
                new() { PersonId = Teacher.ToString(), AcademyId = Academy.ToString(), Name = "Maria Luisa Santos", Email = "teacher@r1.deped.gov.ph", Roles = { Roles.Teacher } },
                new() { PersonId = Super.ToString(), Name = "Grace Tolentino", Email = "super@meetings.example", Roles = { Roles.SuperAdmin } },
                new() { PersonId = Guid.NewGuid().ToString(), AcademyId = Academy.ToString(), Name = "One", Email = "twice@x.example", Roles = { Roles.Student } },
                new() { PersonId = Guid.NewGuid().ToString(), AcademyId = Guid.NewGuid().ToString(), Name = "Two", Email = "twice@x.example", Roles = { Roles.Student } },
            ];
            return Task.FromResult(new LookUpPeopleResponse { People = { known.Where(person => request.Emails.Contains(person.Email, StringComparer.OrdinalIgnoreCase)) } });
        }
    }
}
