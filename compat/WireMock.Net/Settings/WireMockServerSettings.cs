namespace WireMock.Settings;

public class WireMockServerSettings
{
    /// <summary>Zero or null takes a free one.</summary>
    public int? Port { get; set; }

    public string[]? Urls { get; set; }
}
