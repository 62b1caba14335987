using Meetings.Meeting.Providers.Zoom;

namespace Meetings.Meeting.Tests.Providers;

public sealed class ZoomOptionsTests
{
    [Theory]
    [InlineData("zoom-development-account", "http://zoom-sandbox/v2/", "http://zoom-sandbox/v2/")]
    [InlineData("kQ7mT2pLRw", "http://zoom-sandbox/v2/", "https://api.zoom.us/v2/")]
    [InlineData("kQ7mT2pLRw", "https://zoom.proxy.example/v2/", "https://zoom.proxy.example/v2/")]
    public void A_real_account_is_not_taken_to_the_sandbox(string account, string configured, string expected)
    {
        var options = new ZoomOptions { AccountId = account, ApiUrl = new Uri(configured) };

        new ZoomOptions.LeaveSandbox().PostConfigure(name: null, options);

        Assert.Equal(new Uri(expected), options.ApiUrl);
    }
}
