using System.Text.RegularExpressions;
using Meetings.Meeting.Joining;

namespace Meetings.Meeting.Tests.Joining;

public sealed partial class SlugTests
{
    [Theory]
    [Trait("Acceptance", "S3-12")]
    [InlineData("أحمد محمد", "ahmed-muhammad")]
    [InlineData("أَحْمَد مُحَمَّد", "ahmed-muhammad", "marks of short vowels")]
    [InlineData("عبد الرحمن بن يوسف", "abd-al-rahman-bin-yusuf")]
    [InlineData("فاطمة الزهراء", "fatima-alzhra", "letter by letter where the word is not known")]
    [InlineData("محـــمد", "muhammad", "a stretched word")]
    [InlineData("محمد ١٢", "muhammad-12")]
    [InlineData("گلزار", "glzar", "letters of Persian and Urdu")]
    [InlineData("José Niño dela Peña", "jose-nino-dela-pena", "Filipino")]
    [InlineData("Ma. Luwalhati Mañalac-Cruz III", "ma-luwalhati-manalac-cruz-iii", "Filipino")]
    [InlineData("ÑORA ÉVA", "nora-eva", "capitals")]
    [InlineData("Jose\u0301", "jose", "marks apart from their letters")]
    [InlineData("O'Neil D’Souza", "oneil-dsouza")]
    [InlineData("Łukasz Groß Ğül İlker", "lukasz-gross-gul-ilker")]
    [InlineData("李雷", "", "Chinese")]
    [InlineData("李雷 Lee", "lee")]
    [InlineData("🦩🎉", "", "emoji only")]
    [InlineData("Ana 🦩 Lee", "ana-lee")]
    [InlineData("", "")]
    [InlineData("  --__..  ", "")]
    [InlineData("a_b", "a-b", "an underscore would move the split of an identity")]
    [InlineData("a\0b\r\nc", "a-b-c")]
    [InlineData("\ud800x", "x", "half a character")]
    public void Of_a_name_is_what_people_recognise(string name, string slug, string because = "") =>
        Assert.True(Slug.Of(name, 48) == slug, $"{because}: {name} → {Slug.Of(name, 48)}, expected {slug}");

    [Fact]
    public void It_is_never_longer_than_asked_for_and_never_ends_in_a_hyphen()
    {
        for (var max = 1; max < 40; max++)
        {
            var slug = Slug.Of("أحمد José محمد Peña عبد الرحمن خ ش ث ذ Łukasz", max);
            Assert.InRange(slug.Length, 0, max);
            Assert.Matches(Form(), slug);
        }
    }

    [Theory]
    [Trait("Acceptance", "X4")]
    [InlineData("أحمد محمد")]
    [InlineData("李雷")]
    [InlineData("🦩")]
    [InlineData("")]
    [InlineData("a_b_c")]
    public void An_identity_gives_the_person_back_whatever_the_name(string name)
    {
        var person = Guid.NewGuid();
        var identity = RoomIdentity.Of(person, name);

        Assert.Equal(person, RoomIdentity.PersonIn(identity));
        Assert.StartsWith($"{person:D}_", identity, StringComparison.Ordinal);
        Assert.InRange(identity.Length, 37, 128);
    }

    [Theory]
    [InlineData("agent-1")]
    [InlineData("")]
    [InlineData("_ahmed")]
    [InlineData("123_ahmed-muhammad")]
    public void An_identity_that_is_none_of_ours_is_nobody_s(string identity) => Assert.Null(RoomIdentity.PersonIn(identity));

    [GeneratedRegex(@"\A([a-z0-9]+(-[a-z0-9]+)*)?\z")]
    private static partial Regex Form();
}
