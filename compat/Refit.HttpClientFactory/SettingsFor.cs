namespace Refit;

/// <summary>The settings of one client, made once.</summary>
internal sealed record SettingsFor<T>(RefitSettings Settings);
