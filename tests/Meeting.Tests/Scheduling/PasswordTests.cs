using Meetings.Meeting.Passwords;

namespace Meetings.Meeting.Tests.Scheduling;

[Trait("Acceptance", "S4-14")]
public sealed class PasswordTests
{
    [Fact]
    public void A_password_is_hashed_with_argon2id_and_a_salt_of_its_own()
    {
        var (one, two) = (Argon2.Hash("geheim"), Argon2.Hash("geheim"));

        Assert.StartsWith("$argon2id$v=19$m=19456,t=2,p=1$", one, StringComparison.Ordinal);
        Assert.NotEqual(one, two);
        Assert.True(Argon2.Verify(one, "geheim"));
        Assert.False(Argon2.Verify(one, "Geheim"));
    }

    [Fact]
    public void The_hash_is_that_of_the_reference_implementation()
    {
        // From the test vectors of phc-winner-argon2, test.c: version 0x13, t=2, m=2^16, p=1.
        const string Reference = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

        Assert.True(Argon2.Verify(Reference, "password"));
        Assert.False(Argon2.Verify(Reference, "differentpassword"));
    }

    [Theory]
    [InlineData("\u0645\u0631\u062d\u0628\u0627")]
    [InlineData("👩‍🏫")]
    [InlineData("with\0zero")]
    public void Every_character_counts(string password)
    {
        var encoded = Argon2.Hash(password);

        Assert.True(Argon2.Verify(encoded, password));
        Assert.False(Argon2.Verify(encoded, password[..^1]));
    }
}
