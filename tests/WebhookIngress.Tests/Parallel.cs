// Some tests listen to the process's meters, cut connections or time answers: neighbours would be heard, hit or in the way.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
