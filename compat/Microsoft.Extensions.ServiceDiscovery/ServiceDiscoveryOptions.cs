namespace Microsoft.Extensions.ServiceDiscovery;

public sealed class ServiceDiscoveryOptions
{
    /// <summary>False restricts what a resolved address may use to <see cref="AllowedSchemes"/>.</summary>
    public bool AllowAllSchemes { get; set; } = true;

    /// <summary>How long a resolution is used at most. A change of the configuration ends it at once.</summary>
    public TimeSpan RefreshPeriod { get; set; } = TimeSpan.FromSeconds(60);

    public IList<string> AllowedSchemes { get; set; } = [];

    /// <summary>What is left of the schemes that were asked for; all that are allowed when none was.</summary>
    internal IReadOnlyList<string> Allowed(IReadOnlyList<string> requested)
    {
        if (AllowAllSchemes) return requested;
        return requested.Count == 0 ? [.. AllowedSchemes] : [.. requested.Where(scheme => AllowedSchemes.Contains(scheme, StringComparer.OrdinalIgnoreCase))];
    }

    /// <summary>The scheme of an address that was asked for with several (<c>https+http</c>) and that nothing is known about.</summary>
    internal string FirstAllowed(string schemes) =>
        Allowed(schemes.Split('+')) is [var first, ..] ? first : throw new InvalidOperationException($"None of the schemes of '{schemes}' is allowed by configuration.");
}
