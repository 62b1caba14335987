using System.Reflection;
using Compat.Shape;

namespace Compat.Data.Tests;

public sealed class ShapeTests
{
    [Theory]
    [InlineData("Aspire.Npgsql")]
    [InlineData("Aspire.StackExchange.Redis")]
    public void A_stand_in_offers_nothing_that_is_not_listed(string package)
    {
        var assembly = Assembly.Load(package);
        Assert.Empty(PublicApi.NotAllowed(assembly));
        Assert.Empty(PublicApi.NotOffered(assembly));
    }
}
