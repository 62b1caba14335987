using System.Text.Json.Nodes;
using Grpc.Core;
using Grpc.Net.Client;
using Meetings.Contracts.Registrants.V1;
using Meetings.ServiceDefaults.Security;
using Meetings.Testing;
using static Meetings.Meeting.Tests.MeetingService;

namespace Meetings.Meeting.Tests.Registrants;

/// <summary>Asks the Meeting service over gRPC, as Registration does.</summary>
internal sealed class RegistrantsClient : IDisposable
{
    private readonly MeetingService _service;
    private readonly GrpcChannel _channel;
    private readonly MeetingRegistrants.MeetingRegistrantsClient _client;

    public RegistrantsClient(MeetingService service)
    {
        _service = service;
        _channel = GrpcChannel.ForAddress(service.Host.Grpc);
        _client = new MeetingRegistrants.MeetingRegistrantsClient(_channel);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _channel.Dispose();

    public Task<RegisterResponse> RegisterAsync(JsonObject meeting, params Caller[] people)
    {
        var request = new RegisterRequest { MeetingId = Text(meeting, "id") };
        request.People.AddRange(people.Select(Registree));
        return RegisterAsync(request);
    }

    /// <param name="token">Of who asks; a sibling's by default.</param>
    /// <param name="deadline">When who asks gives up.</param>
    public async Task<RegisterResponse> RegisterAsync(RegisterRequest request, string? token = null, DateTime? deadline = null) =>
        await _client.RegisterAsync(request, As(token ?? TestTokens.ForService()), deadline, Ct);

    public async Task<UnregisterResponse> UnregisterAsync(JsonObject meeting, params Caller[] people) => await _client.UnregisterAsync(
        new UnregisterRequest { MeetingId = Text(meeting, "id"), PersonIds = { people.Select(person => person.PersonId.ToString()) } },
        As(TestTokens.ForService()), cancellationToken: Ct);

    public Registree Registree(Caller person) => new() { PersonId = person.PersonId.ToString(), Email = _service.School.Email(person), Name = "Ana Reyes" };

    private static Metadata As(string token) => new() { { "authorization", $"Bearer {token}" } };
}
