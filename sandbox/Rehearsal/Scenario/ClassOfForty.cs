using static Meetings.Rehearsal.Scenario.Expectation;
using static Meetings.Rehearsal.Scenario.Visit;

namespace Meetings.Rehearsal.Scenario;

/// <summary>
/// Grade 7 Mathematics, 07:30 to 08:20: forty students, their teacher and three guests. Opened at 07:25 and ended at 08:21:10, so that time
/// before and after the lesson is there to be left out.
/// </summary>
internal static class ClassOfForty
{
    public const string ClassName = "Grade 7 Mathematics";
    public const string TeacherEmail = "teacher@r1.deped.gov.ph";
    public const string TimeZone = "Asia/Manila";

    public static readonly TimeOnly Starts = At("07:30");
    public static readonly TimeOnly Ends = At("08:20");
    public static readonly TimeOnly Opened = At("07:25");
    public static readonly TimeOnly Closed = At("08:21:10");

    /// <summary>Deliveries of these minutes are kept back and arrive shuffled.</summary>
    public static readonly (TimeOnly From, TimeOnly To) Shuffled = (At("07:43"), At("07:52"));

    public static readonly IReadOnlyList<Student> Students =
    [
        new(1, "comes before the start", Present(3000), In("07:26")),
        new(2, "on time", Present(3000), In("07:28:10")),
        new(3, "on time", Present(3000), In("07:28:40")) { By = KnownBy.CustomerKey },
        new(4, "on time", Present(3000), In("07:29:05")) { By = KnownBy.EmailInCapitals },
        new(5, "on time", Present(3000), In("07:29:15")),
        new(6, "on time, to the second", Present(3000), In("07:30")),
        new(7, "a few seconds late", Present(2988), In("07:30:12")),
        new(8, "a minute late", Present(2940), In("07:31")) { By = KnownBy.CustomerKey },
        new(9, "on time, leaves with the bell", Present(3000), In("07:29:30", "08:20")),
        new(10, "on time, leaves early", Present(2700), In("07:29:40", "08:15")),
        new(11, "on time, its coming is told three times", Present(3000), In("07:29:20").Told(coming: Telling.Thrice)),
        new(12, "on time, its coming is told late", Present(3000), In("07:29:25").Told(coming: Telling.Late)),
        new(13, "on time, a group in between", Present(3000), In("07:29:50").InGroup("07:55", "08:05")),
        new(14, "on time, another group", Present(3000), In("07:29:55").InGroup("07:55", "08:05")) { By = KnownBy.CustomerKey },
        new(15, "late", Present(2340), In("07:41")),
        new(16, "late, while deliveries are shuffled", Present(2100), In("07:45")),
        new(17, "comes for exactly the last 900 seconds", Present(900), In("08:05")),
        new(18, "comes one second too late for that", Partial(899), In("08:05:01")),
        new(19, "stays 899 seconds", Partial(899), In("07:31", "07:45:59")),
        new(20, "stays 900 seconds", Present(900), In("07:31", "07:46")),
        new(21, "drops for 90 seconds, which is a reconnect", Present(3000), In("07:29", "07:50"), In("07:51:30")),
        new(22, "drops for five minutes", Present(2700), In("07:29", "07:50"), In("07:55")),
        new(23, "drops for exactly two minutes, which is leaving", Present(2880), In("07:29", "07:40"), In("07:42")),
        new(24, "comes and goes", Partial(720), In("07:32", "07:36"), In("07:42", "07:46"), In("07:56", "08:00")),
        new(25, "phone and laptop, one after the other with an overlap", Present(2400), In("07:30", "08:00").On("phone"), In("07:45", "08:10")),
        new(26, "phone and laptop all the time", Present(2940), In("07:31").On("phone"), In("07:31")),
        new(27, "phone and laptop for ten minutes: not twenty", Partial(600), In("07:32", "07:42").On("phone"), In("07:32", "07:42")),
        new(28, "only in the waiting room", Absent, Waiting("07:29", "07:50")),
        new(29, "waits, is let in", Present(2820), In("07:33").After(waitsFrom: "07:28")),
        new(30, "is sent back to wait for ten minutes", Present(2400), In("07:30", "08:20").SentBack("07:40", "07:50")),
        new(31, "looks in before the start and goes", Absent, In("07:26:30", "07:28:30")),
        new(32, "stays a second", Partial(1), In("07:35", "07:35:01")),
        new(33, "its leaving is never told", Present(1200, byWebhooks: 3000), In("07:30", "07:50").Told(leaving: Telling.Never)),
        new(34, "everything is told three times", Present(1500), In("07:35", "08:00").Told(Telling.Thrice, Telling.Thrice)),
        new(35, "the leaving is told after the coming back", Present(2880), In("07:29", "07:40").Told(leaving: Telling.Held), In("07:42")),
        new(36, "the coming is told after the leaving", Present(1080), In("07:34", "07:52").Told(coming: Telling.Late)),
        new(37, "leaves and comes back while deliveries are shuffled", Present(2820), In("07:29", "07:45"), In("07:48")),
        new(38, "late, tells its leaving late", Present(1200), In("07:40", "08:00").Told(leaving: Telling.Late)),
        new(39, "very late", Partial(480), In("08:12")),
        new(40, "never comes", Absent),
    ];

    public static readonly IReadOnlyList<Guest> Guests =
    [
        new("iPhone", null, In("07:31")),
        new("Lola Remy", null, In("07:35", "08:00")),
        new("Tita Cora", "cora@example.com", In("07:40", "08:10")),
    ];
}
