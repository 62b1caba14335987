using System.Text.Json;

namespace Meetings.Rehearsal.Running;

/// <summary>The control API of the Zoom sandbox.</summary>
internal sealed class SandboxClient(Uri address) : IDisposable
{
    private readonly JsonClient _json = new("The Zoom sandbox", address);

    public sealed record Connection(string SittingUuid, string ParticipantUuid);

    public sealed record Pending(bool Idle, int Ready, int Waiting, int Held, int Delivered, int Lost, int Dropped);

    private sealed record Redelivered(int Events);

    public Task<Connection> MeetingAsync(string meetingId, string step, object body, CancellationToken ct) =>
        _json.PostAsync<Connection>($"control/meetings/{meetingId}/{step}", body, ct);

    public Task HoldAsync(CancellationToken ct) => _json.PostAsync<JsonElement?>("control/hold", new { }, ct);

    public Task ReleaseAsync(int seed, CancellationToken ct) => _json.PostAsync<JsonElement?>("control/release", new { seed }, ct);

    public async Task<int> RedeliverAsync(string meetingId, int seed, CancellationToken ct) =>
        (await _json.PostAsync<Redelivered>("control/redeliver", new { meetingId, seed }, ct)).Events;

    public Task<Pending> PendingAsync(string meetingId, CancellationToken ct) =>
        _json.GetAsync<Pending>($"control/deliveries/pending?meetingId={meetingId}", ct);

    public void Dispose() => _json.Dispose();
}
