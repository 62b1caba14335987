using System.Reflection;
using Compat.Shape;

namespace Compat.Telemetry.Tests;

public sealed class ShapeTests
{
    [Theory]
    [InlineData("OpenTelemetry.Extensions.Hosting")]
    [InlineData("OpenTelemetry.Instrumentation.AspNetCore")]
    [InlineData("OpenTelemetry.Instrumentation.Http")]
    [InlineData("OpenTelemetry.Instrumentation.Runtime")]
    public void A_stand_in_offers_nothing_that_is_not_listed(string package)
    {
        var assembly = Assembly.Load(package);
        Assert.Empty(PublicApi.NotAllowed(assembly));
        Assert.Empty(PublicApi.NotOffered(assembly));
    }
}
