namespace Meetings.Meeting.Passwords;

/// <summary>Too many passwords are being hashed already; a moment later there is room.</summary>
internal sealed class PasswordHasherBusyException() : Exception("Too many passwords are being hashed.");

/// <summary>
/// Hashes meeting passwords, a few at a time: each takes 19 MiB and a processor, so whoever sends many must not take them from everyone else.
/// </summary>
internal sealed class PasswordHasher : IDisposable
{
    /// <summary>Longest password that is taken, in UTF-16 units. To be checked before hashing.</summary>
    public const int MaxLength = 128;

    private const int AtOnce = 2;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly SemaphoreSlim _places = new(AtOnce, AtOnce);

    /// <exception cref="PasswordHasherBusyException"/>
    public Task<string> HashAsync(string password, CancellationToken ct) => InTurnAsync(() => Argon2.Hash(password), ct);

    /// <inheritdoc cref="HashAsync"/>
    public Task<bool> VerifyAsync(string encoded, string password, CancellationToken ct) => InTurnAsync(() => Argon2.Verify(encoded, password), ct);

    public void Dispose() => _places.Dispose();

    private async Task<T> InTurnAsync<T>(Func<T> work, CancellationToken ct)
    {
        if (!await _places.WaitAsync(Patience, ct)) throw new PasswordHasherBusyException();
        try
        {
            return await Task.Run(work, ct);
        }
        finally
        {
            _places.Release();
        }
    }
}

internal static class PasswordsFeature
{
    public static void AddPasswords(this IServiceCollection services) => services.AddSingleton<PasswordHasher>();
}
