using Compat.Shape;

namespace Aspire.Hosting.Tests;

public sealed class ShapeTests
{
    [Fact]
    public void Hosting_offers_only_what_the_package_offers() => Assert.Empty(PublicApi.NotAllowed(typeof(DistributedApplication).Assembly));

    [Fact]
    public void Testing_offers_only_what_the_package_offers() =>
        Assert.Empty(PublicApi.NotAllowed(typeof(DistributedApplicationTestingBuilder).Assembly));

    [Fact]
    public void PostgreSQL_offers_only_what_the_package_offers() => Assert.Empty(PublicApi.NotAllowed(typeof(PostgresServerResource).Assembly));

    [Fact]
    public void Redis_offers_only_what_the_package_offers() => Assert.Empty(PublicApi.NotAllowed(typeof(RedisResource).Assembly));

    [Fact]
    public void RabbitMQ_offers_only_what_the_package_offers() => Assert.Empty(PublicApi.NotAllowed(typeof(RabbitMQServerResource).Assembly));
}
