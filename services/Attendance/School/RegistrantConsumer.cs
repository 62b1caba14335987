using MassTransit;
using Meetings.Attendance.Calculation;
using Meetings.Attendance.Identity;
using Meetings.Contracts.Registrants;
using Meetings.ServiceDefaults.Data;
using Microsoft.Extensions.Options;

namespace Meetings.Attendance.School;

/// <summary>
/// Learns whose registration is whose: the best there is to tell who came (DESIGN section 6). Told again it changes nothing, so no inbox is needed; that a
/// registration ends takes nothing back of what was seen of it.
/// </summary>
internal sealed class RegistrantConsumer(Database db, CalculationSignal signal, TimeProvider clock, IOptions<AttendanceOptions> options) : IConsumer<RegistrantApproved>
{
    public async Task Consume(ConsumeContext<RegistrantApproved> context)
    {
        var (told, ct) = (context.Message, context.CancellationToken);
        var due = clock.GetUtcNow() + options.Value.LateFactDelay;
        await using var session = await db.BeginAsServiceAsync(ct);
        var planned = await AliasStore.KeepAsync(session, told.AcademyId, new KnownAlias(AliasKind.Registrant, told.RegistrantId, told.PersonId), due, ct);
        await session.CommitAsync(ct);
        if (planned > 0) signal.WakeAt(due);
    }
}
