namespace Meetings.EndToEnd.Tests;

/// <summary>Those that leave the system as it is, each with meetings of its own, share one that runs.</summary>
[CollectionDefinition(nameof(OneSystem))]
public sealed class OneSystem : ICollectionFixture<WholeSystem>;
