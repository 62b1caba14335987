using System.Reflection;
using Compat.Shape;

namespace Compat.Http.Tests;

public sealed class ShapeTests
{
    [Theory]
    [InlineData("Microsoft.Extensions.Http.Resilience")]
    [InlineData("Microsoft.Extensions.ServiceDiscovery")]
    [InlineData("Microsoft.Extensions.ServiceDiscovery.Yarp")]
    [InlineData("Refit")]
    [InlineData("Refit.HttpClientFactory")]
    [InlineData("System.IO.Hashing")]
    [InlineData("WireMock.Net")]
    public void A_stand_in_offers_nothing_that_is_not_listed(string package)
    {
        var assembly = Assembly.Load(package);
        Assert.Empty(PublicApi.NotAllowed(assembly));
        Assert.Empty(PublicApi.NotOffered(assembly));
    }
}
