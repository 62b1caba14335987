using Meetings.Contracts.Directory;
using Meetings.Testing;

namespace Meetings.WebhookIngress.Tests;

/// <summary>What operators look for among very many deliveries. On a service of its own, since nobody else may use its indexes.</summary>
public sealed class ManyDeliveriesTests(IngressService ingress) : IClassFixture<IngressService>
{
    [Fact]
    public async Task What_is_in_quarantine_is_found_without_reading_all_that_ever_arrived()
    {
        await ingress.CountAsync("""
            with stored as (
                insert into delivery (id, provider, dedupe_key, event, account_id, state, reason, body, body_sha256, received_at)
                select gen_random_uuid(), 'other', sha256(n::text::bytea), 'meeting.started', null, 'ignored', null, null, sha256(n::text::bytea), now()
                from generate_series(1, 20000) n returning 1)
            select count(*) from stored
            """);
        using var request = IngressService.As(Roles.SuperAdmin, HttpMethod.Get, "/api/v1/webhooks/deliveries?state=quarantined");

        (await ingress.Client.SendAsync(request, TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();

        await Eventually.Holds(
            async () => await ingress.CountAsync("select idx_scan from pg_stat_user_indexes where indexrelname = 'delivery_quarantined'") >= 2, "the index to be used, for the number and for the page");
    }
}
