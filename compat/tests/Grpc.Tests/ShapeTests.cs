using System.Reflection;
using Compat.Shape;

namespace Grpc.Tests;

/// <summary>No stand-in offers what its package does not.</summary>
public sealed class ShapeTests
{
    public static TheoryData<Type> Packages { get; } =
        [typeof(Core.Metadata), typeof(Net.Client.GrpcChannel), typeof(Net.ClientFactory.GrpcClientFactory), typeof(AspNetCore.Server.IGrpcServerBuilder)];

    [Theory]
    [MemberData(nameof(Packages))]
    public void Every_public_member_is_allowed(Type one) => Assert.Empty(PublicApi.NotAllowed(one.Assembly));

    [Theory]
    [MemberData(nameof(Packages))]
    public void Nothing_is_allowed_that_is_gone(Type one) => Assert.Empty(PublicApi.NotOffered(one.Assembly));

    [Fact]
    public void An_assembly_is_what_it_is_called() =>
        Assert.Equal("Grpc.AspNetCore", Assembly.GetAssembly(typeof(AspNetCore.Server.IGrpcServerBuilder))!.GetName().Name);
}
