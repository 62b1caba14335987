using Meetings.Meeting.Providers.Zoom;

namespace Meetings.Meeting.Tests.Registrants;

/// <summary>Zoom wants a first name, and at most 64 characters of each.</summary>
public sealed class RegistrantNamesTests
{
    [Theory]
    [InlineData("Ana Reyes", "Ana", "Reyes")]
    [InlineData("  María  de la Cruz ", "María", "de la Cruz")]
    [InlineData("أحمد محمد", "أحمد", "محمد")]
    [InlineData("Ana", "Ana", null)]
    [InlineData("", "-", null)]
    [InlineData("   ", "-", null)]
    public void A_name_is_a_first_and_a_last_name(string name, string first, string? last) => Assert.Equal((first, last), ZoomRegistrants.Names(name));

    [Fact]
    public void What_is_too_long_is_cut_and_no_character_in_two()
    {
        var (first, last) = ZoomRegistrants.Names($"{new string('a', 63)}😀 {new string('b', 80)}");

        Assert.Equal((new string('a', 63), new string('b', 64)), (first, last));
    }
}
