using System.Text.Json;
using Microsoft.Extensions.Options;

namespace Meetings.ZoomSandbox.State;

/// <summary>
/// Keeps the state in the configured file: read at the start, written after changes, by way of a second file so that a crash leaves a whole one.
/// </summary>
internal sealed partial class SandboxFile(SandboxState state, IOptions<ZoomOptions> options, ILogger<SandboxFile> logger) : BackgroundService
{
    private readonly string? _path = string.IsNullOrWhiteSpace(options.Value.DataFile) ? null : Path.GetFullPath(options.Value.DataFile);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // Before the server listens: the first call must see what was there.
        if (_path is not null && File.Exists(_path))
        {
            await using var file = File.OpenRead(_path);
            var data = await JsonSerializer.DeserializeAsync<SandboxData>(file, ZoomJson.Options, cancellationToken);
            if (data is null) throw new InvalidDataException($"{_path} holds no sandbox state.");

            state.Replace(data);
            LogRead(data.Meetings.Count);
        }

        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_path is null) return;

        try
        {
            while (await state.Changes.WaitToReadAsync(stoppingToken))
            {
                // Taken before the state is read, so that a change during the write is told again.
                state.Changes.TryRead(out _);
                await WriteAsync(_path, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await WriteAsync(_path, CancellationToken.None);
        }
    }

    private async Task WriteAsync(string path, CancellationToken ct)
    {
        var bytes = state.Read(data => JsonSerializer.SerializeToUtf8Bytes(data, ZoomJson.Options));
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var next = path + ".next";
            File.Delete(next);
            await using (var file = Create(next)) await file.WriteAsync(bytes, ct);
            File.Move(next, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The sandbox still serves from memory; the next change tries again.
            LogNotWritten(e);
        }
    }

    // For its owner only: names, addresses and passwords of meetings are in it.
    private static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Read {Meetings} meetings of an earlier run")]
    private partial void LogRead(int meetings);

    [LoggerMessage(Level = LogLevel.Error, Message = "The data file could not be written; the sandbox goes on from memory")]
    private partial void LogNotWritten(Exception exception);
}
