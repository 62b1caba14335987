// Servers are started for real: one test at a time is enough for a small machine.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
