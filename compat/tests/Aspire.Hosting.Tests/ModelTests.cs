namespace Aspire.Hosting.Tests;

public sealed class ModelTests
{
    [Theory]
    [InlineData("")]
    [InlineData("1st")]
    [InlineData("a_b")]
    [InlineData("a--b")]
    [InlineData("a-")]
    [InlineData("ä")]
    [InlineData("a23456789a123456789a123456789a123456789a123456789a123456789a12345")]
    public void A_name_that_the_official_analyzer_refuses_is_refused(string name) =>
        Assert.Throws<ArgumentException>(() => DistributedApplication.CreateBuilder().AddParameter(name));

    [Fact]
    public void Names_are_unique_whatever_their_case()
    {
        var builder = DistributedApplication.CreateBuilder();
        builder.AddParameter("same");
        Assert.Throws<DistributedApplicationException>(() => builder.AddParameter("SAME"));
    }

    [Fact]
    public void A_second_endpoint_of_one_name_is_refused()
    {
        var echo = DistributedApplication.CreateBuilder().AddExecutable("echo", "echo", ".").WithHttpEndpoint();
        Assert.Throws<DistributedApplicationException>(() => echo.WithHttpEndpoint());
    }

    [Fact]
    public void A_resource_cannot_wait_for_itself()
    {
        var echo = DistributedApplication.CreateBuilder().AddExecutable("echo", "echo", ".");
        Assert.Throws<DistributedApplicationException>(() => echo.WaitFor(echo));
    }

    [Fact]
    public void A_generated_value_has_the_length_and_the_characters_that_were_asked_for()
    {
        var value = new GenerateParameterDefault { MinLength = 30, Special = false, MinLower = 5, MinUpper = 6, MinNumeric = 7 }.GetDefaultValue();
        Assert.Equal(30, value.Length);
        Assert.All(value, c => Assert.True(char.IsAsciiLetterOrDigit(c)));
        Assert.True(value.Count(char.IsAsciiLetterLower) >= 5 && value.Count(char.IsAsciiLetterUpper) >= 6 && value.Count(char.IsAsciiDigit) >= 7, value);
        Assert.NotEqual(value, new GenerateParameterDefault { MinLength = 30 }.GetDefaultValue());
    }

    [Fact]
    public async Task A_parameter_takes_its_value_from_configuration_also_with_underscores()
    {
        var builder = DistributedApplication.CreateBuilder(["--Parameters:api_key=from-configuration"]);
        var parameter = builder.AddParameter("api-key", new GenerateParameterDefault { MinLength = 22 }, secret: true);
        Assert.Equal("from-configuration", await parameter.Resource.GetValueAsync(TestApp.Cancelled));
    }

    [Fact]
    public async Task An_expression_fills_its_holes_and_escapes_where_asked()
    {
        var builder = DistributedApplication.CreateBuilder();
        var secret = builder.AddParameter("secret", "a/b c");
        var expression = ReferenceExpression.Create($"{{x}}={secret};{secret:uri}");
        Assert.Equal("{x}=a/b c;a%2Fb%20c", await expression.GetValueAsync(TestApp.Cancelled));
        Assert.Equal("{{x}}={0};{1}", expression.Format);
    }

    [Fact]
    public void A_project_has_the_endpoints_of_its_launch_profile()
    {
        using var folder = new TemporaryFolder();
        var sample = TestApp.NewBuilder(folder.Path).AddProject<Projects.SampleService>("sample");
        var http = Assert.Single(sample.Resource.GetEndpoints());
        Assert.Equal(("http", 25310), (http.EndpointName, http.EndpointAnnotation.Port));
        Assert.False(http.IsAllocated);
    }

    [Fact]
    public void A_launch_profile_that_does_not_exist_is_refused()
    {
        using var folder = new TemporaryFolder();
        var builder = TestApp.NewBuilder(folder.Path);
        Assert.Throws<DistributedApplicationException>(() => builder.AddProject<Projects.SampleService>("sample", launchProfileName: "nonsense"));
    }

    [Fact]
    public async Task A_health_check_that_nobody_registered_fails_the_start()
    {
        using var folder = new TemporaryFolder();
        await Assert.ThrowsAsync<InvalidOperationException>(() => TestApp.StartAsync(
            folder.Path, builder => builder.AddExecutable("echo", "echo", ".").WithHealthCheck("unheard-of")));
    }
}
