// Sources, meters and diagnostic events belong to the process: providers of two tests at a time would see, and change, each other's spans.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
