using Meetings.ServiceDefaults.Messaging.FailedMessages;

namespace Meetings.ServiceDefaults.Tests.FailedMessages;

public sealed class FaultTextTests
{
    [Theory]
    [InlineData("The writer cannot keep up.", "The writer cannot keep up.")]
    [InlineData("22P02: invalid input syntax for type uuid: \"Maria Santos\"", "22P02: invalid input syntax for type uuid: …")]
    [InlineData("There's no 'Maria' and it doesn't matter", "There's no … and it doesn't matter")]
    [InlineData("No “أحمد محمد” here", "No … here")]
    [InlineData("Not closed: \"Maria Santos", "Not closed: …")]
    [InlineData("Cannot write to maria.santos@r1.deped.gov.ph.", "Cannot write to …")]
    [InlineData("Key (email, name)=(maria, santos) already exists", "Key (email, name)=… already exists")]
    [InlineData("GET https://example.org/users?name=maria answered 500", "GET https://example.org/users… answered 500")]
    [InlineData("Call +63 917 555 0142 now", "Call … now")]
    [InlineData("Sitting 0198c0de-0000-7000-8000-000000000000 took 12345 ms", "Sitting 0198c0de-0000-7000-8000-000000000000 took 12345 ms")]
    [InlineData("First line\nMaria Santos", "First line")]
    [InlineData("A\0B\tC", "A B C")]
    public void What_is_personal_is_blanked_and_the_rest_stays(string text, string shown) => Assert.Equal(shown, FaultText.WithoutPersons(text));

    [Fact]
    public void It_is_cut_at_300_characters() => Assert.Equal(301, FaultText.WithoutPersons(new string('a', 5000)).Length);
}
