using Meetings.ServiceDefaults.Data;

namespace Meetings.ServiceDefaults.Tests;

public sealed class GroupCommitTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Items_that_gather_during_a_commit_go_together_in_the_next()
    {
        var gate = new TaskCompletionSource();
        var batches = new List<int>();
        using var writer = await StartAsync(async items =>
        {
            batches.Add(items.Count);
            if (batches.Count == 1) await gate.Task;
            return [.. items];
        });

        var first = writer.WriteAsync(0, Ct);
        var gathered = Enumerable.Range(1, 100).Select(i => writer.WriteAsync(i, Ct)).ToArray();
        gate.SetResult();

        Assert.Equal(0, await first);
        Assert.Equal(Enumerable.Range(1, 100), await Task.WhenAll(gathered));
        Assert.Equal(101, batches.Sum());
        Assert.True(batches.Count <= 3, $"{batches.Count} commits for 101 items");
    }

    [Fact]
    public async Task Nobody_is_answered_before_the_commit()
    {
        var gate = new TaskCompletionSource();
        using var writer = await StartAsync(async items =>
        {
            await gate.Task;
            return [.. items];
        });

        var waiting = writer.WriteAsync(1, Ct);

        Assert.False(waiting.IsCompleted);
        gate.SetResult();
        Assert.Equal(1, await waiting);
    }

    [Fact]
    public async Task A_bad_item_fails_alone()
    {
        var gate = new TaskCompletionSource();
        using var writer = await StartAsync(async items =>
        {
            await gate.Task;
            if (items.Contains(13)) throw new ArgumentException("13");
            return [.. items];
        });

        var writes = Enumerable.Range(10, 10).Select(i => writer.WriteAsync(i, Ct)).ToArray();
        gate.SetResult();

        for (var i = 0; i < writes.Length; i++)
        {
            if (i + 10 == 13) await Assert.ThrowsAsync<ArgumentException>(() => writes[i]);
            else Assert.Equal(i + 10, await writes[i]);
        }
    }

    [Fact]
    public async Task Trouble_of_our_own_fails_the_batch_and_is_not_tried_item_by_item()
    {
        var calls = 0;
        var gate = new TaskCompletionSource();
        using var writer = await StartAsync(async _ =>
        {
            await gate.Task;
            calls++;
            throw new TimeoutException();
        });

        var writes = Enumerable.Range(0, 50).Select(i => writer.WriteAsync(i, Ct)).ToArray();
        gate.SetResult();

        foreach (var write in writes) await Assert.ThrowsAsync<TimeoutException>(() => write);
        Assert.True(calls <= 2, $"{calls} calls");
    }

    [Fact]
    public async Task Beyond_what_it_may_hold_it_refuses_at_once()
    {
        var gate = new TaskCompletionSource();
        using var writer = await StartAsync(async items =>
        {
            await gate.Task;
            return [.. items];
        });

        var writes = Enumerable.Range(0, 10_000).Select(i => writer.WriteAsync(i, Ct)).ToArray();
        gate.SetResult();
        await Task.WhenAll(writes.Where(write => !write.IsFaulted));

        Assert.Contains(writes, write => write.Exception?.InnerException is GroupCommitFullException);
        Assert.True(writes.Count(write => write.IsCompletedSuccessfully) >= 4096);
    }

    private static async Task<GroupCommit<int, int>> StartAsync(Func<IReadOnlyList<int>, Task<IReadOnlyList<int>>> write)
    {
        var writer = new GroupCommit<int, int>((items, _) => write(items), e => e is TimeoutException);
        await writer.StartAsync(Ct);
        return writer;
    }
}
