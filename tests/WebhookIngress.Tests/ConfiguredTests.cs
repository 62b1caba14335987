using System.Net;

namespace Meetings.WebhookIngress.Tests;

/// <summary>A replica with settings of its own: whose signatures count, and whose events.</summary>
public sealed class ConfiguredTests(IngressService ingress) : IClassFixture<IngressService>
{
    private const string State = "select state from delivery where encode(body, 'escape') like '%' || @uuid || '%'";

    [Fact, Trait("Hostile", "10")]
    public async Task While_a_secret_is_rotated_both_count_and_the_old_one_until_its_instant()
    {
        var until = ingress.Clock.GetUtcNow().AddMinutes(10);
        using var rotating = ingress.StartReplica(
            ("Zoom:WebhookSecrets:0", "the-new-secret-of-this-app"), ("Zoom:WebhookSecrets:1", "another-app-of-the-school"),
            ("Zoom:RetiringSecrets:0:Secret", "the-old-secret-of-this-app"), ("Zoom:RetiringSecrets:0:InvalidAt", until.ToString("O")));

        foreach (var secret in new[] { "the-new-secret-of-this-app", "another-app-of-the-school", "the-old-secret-of-this-app" })
            Assert.Equal(HttpStatusCode.OK, (await ingress.SendAsync(ZoomSays.Started(), secret: secret, to: rotating)).StatusCode);

        ingress.Clock.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal(HttpStatusCode.Unauthorized, (await ingress.SendAsync(ZoomSays.Started(), secret: "the-old-secret-of-this-app", to: rotating)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await ingress.SendAsync(ZoomSays.Started(), secret: "the-new-secret-of-this-app", to: rotating)).StatusCode);
    }

    [Fact, Trait("Hostile", "39")]
    public async Task An_event_of_a_foreign_account_is_kept_and_has_no_effect()
    {
        using var ours = ingress.StartReplica(("Zoom:WebhookAccounts:0", ZoomSays.Account));
        using var others = ingress.StartReplica(("Zoom:WebhookAccounts:0", "an-account-of-another-school"));
        var (mine, foreign) = (ZoomSays.Uuid(), ZoomSays.Uuid());

        Assert.Equal(HttpStatusCode.OK, (await ingress.SendAsync(ZoomSays.Joined(foreign), to: others)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await ingress.SendAsync(ZoomSays.Joined(mine), to: ours)).StatusCode);

        Assert.Equal("quarantined", await ingress.AskAsync<string>(State, ("uuid", foreign)));
        Assert.Equal("received", await ingress.AskAsync<string>(State, ("uuid", mine)));
        await ingress.PublishedAsync(mine, 1);
        await ingress.DrainedAsync();
        Assert.Empty(await ingress.PublishedAsync(foreign, 0));
    }
}
