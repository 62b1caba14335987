using System.Collections.Concurrent;
using System.Diagnostics;
using Npgsql;

namespace Aspire.Hosting.Tests;

public sealed class PersistenceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_second_start_finds_the_data_and_the_password_of_the_first()
    {
        string first;
        await using (var test = await TestApp.StartAsync(_folder.Path, Stores))
        {
            await test.HealthyAsync("school");
            first = await PasswordAsync(test);
            await ExecuteAsync(test, "create table pupil (name text); insert into pupil values ('Ada')");
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_folder.Path, "secrets.json")));
        await using (var test = await TestApp.StartAsync(_folder.Path, Stores))
        {
            await test.HealthyAsync("school");
            Assert.Equal(first, await PasswordAsync(test));
            Assert.Equal("Ada", await ExecuteAsync(test, "select name from pupil"));
        }
    }

    [Fact]
    public async Task A_container_without_a_volume_begins_empty()
    {
        static void Model(IDistributedApplicationBuilder builder) => builder.AddPostgres("postgres").AddDatabase("school");
        await using (var test = await TestApp.StartAsync(_folder.Path, Model))
        {
            await test.HealthyAsync("school");
            await ExecuteAsync(test, "create table pupil (name text)");
        }

        await using (var test = await TestApp.StartAsync(_folder.Path, Model))
        {
            await test.HealthyAsync("school");
            await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(test, "select name from pupil"));
        }
    }

    [Fact]
    public async Task Two_apphosts_on_one_data_folder_are_refused()
    {
        await using var test = await TestApp.StartAsync(_folder.Path, builder => builder.AddExecutable("sleeper", "sleep", ".", "600"));
        var refusal = await Assert.ThrowsAsync<DistributedApplicationException>(() => TestApp.StartAsync(_folder.Path, _ => { }));
        Assert.Contains(_folder.Path, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_PostgreSQL_server_that_is_still_on_the_data_keeps_it_to_itself()
    {
        await using (var test = await TestApp.StartAsync(_folder.Path, Stores)) await test.HealthyAsync("school");

        // As one would be that nobody has noted: its number in the lock, at work in the folder.
        var data = Path.Combine(_folder.Path, "postgres", "data");
        using var other = Process.Start(new ProcessStartInfo("sleep", "600") { WorkingDirectory = data })!;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(data, "postmaster.pid"), $"{other.Id}\n{data}\n", TestApp.Cancelled);
            await using var test = await TestApp.StartAsync(_folder.Path, Stores);
            await test.UntilAsync("postgres", KnownResourceStates.FailedToStart);
            Assert.Contains(await test.LogsAsync("postgres"), l => l.Content.Contains($"process {other.Id}", StringComparison.Ordinal));
        }
        finally
        {
            other.Kill();
        }

        await other.WaitForExitAsync(TestApp.Cancelled);
        await using var again = await TestApp.StartAsync(_folder.Path, Stores);
        await again.HealthyAsync("school");
    }

    [Fact]
    public async Task Services_stop_before_the_stores_that_they_use()
    {
        var order = new ConcurrentQueue<string>();
        await using var test = await TestApp.StartAsync(_folder.Path, builder =>
        {
            var redis = builder.AddRedis("redis").OnResourceStopped((r, _, _) => Note(r));
            builder.AddExecutable("slow", "sh", ".", "-c", "trap 'sleep 0.5; exit 0' TERM; while :; do sleep 0.05; done")
                .WaitFor(redis).OnResourceStopped((r, _, _) => Note(r));
        });
        await test.UntilAsync("slow", KnownResourceStates.Running);
        await test.App.StopAsync(TestApp.Cancelled);
        Assert.Equal(["slow", "redis"], order);
        Assert.Equal(0, test.Snapshot("redis").ExitCode);

        Task Note(IResource resource)
        {
            order.Enqueue(resource.Name);
            return Task.CompletedTask;
        }
    }

    private static void Stores(IDistributedApplicationBuilder builder) => builder.AddPostgres("postgres").WithDataVolume().AddDatabase("school");

    private static async Task<string> PasswordAsync(TestApp test) =>
        new NpgsqlConnectionStringBuilder(await test.App.GetConnectionStringAsync("school", TestApp.Cancelled)).Password!;

    private static async Task<object?> ExecuteAsync(TestApp test, string sql)
    {
        await using var connection = new NpgsqlConnection(await test.App.GetConnectionStringAsync("school", TestApp.Cancelled) + ";Pooling=false");
        await connection.OpenAsync(TestApp.Cancelled);
#pragma warning disable CA2100 // The tests' own texts.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync(TestApp.Cancelled);
    }
}
