using System.Collections.Frozen;
using System.Text;

namespace Meetings.Meeting.Joining;

/// <summary>
/// Names in <c>[a-z0-9-]</c>, for logs and addresses that take nothing else. For people to recognise and never to identify: it may be empty, and two
/// names may have the same one.
/// </summary>
internal static class Slug
{
    // Words rather than letters, since Arabic writes no short vowels: letter by letter محمد is mhmd. Spelled without hamza and marks.
    private static readonly FrozenDictionary<string, string> ArabicNames = new Dictionary<string, string>
    {
        ["محمد"] = "muhammad", ["احمد"] = "ahmed", ["محمود"] = "mahmoud", ["حامد"] = "hamid", ["علي"] = "ali", ["حسن"] = "hassan", ["حسين"] = "hussein",
        ["عمر"] = "omar", ["عثمان"] = "othman", ["خالد"] = "khalid", ["يوسف"] = "yusuf", ["ابراهيم"] = "ibrahim", ["اسماعيل"] = "ismail", ["اسحاق"] = "ishaq",
        ["يعقوب"] = "yaqub", ["موسى"] = "musa", ["عيسى"] = "isa", ["نوح"] = "nuh", ["ادم"] = "adam", ["داود"] = "dawud", ["سليمان"] = "sulaiman",
        ["عبد"] = "abd", ["الله"] = "allah", ["عبدالله"] = "abdullah", ["الرحمن"] = "al-rahman", ["عبدالرحمن"] = "abdulrahman", ["عبدالعزيز"] = "abdulaziz",
        ["مصطفى"] = "mustafa", ["طارق"] = "tariq", ["ياسر"] = "yasser", ["ياسين"] = "yasin", ["طه"] = "taha", ["زيد"] = "zaid", ["حمزة"] = "hamza",
        ["بلال"] = "bilal", ["سلمان"] = "salman", ["سعيد"] = "said", ["سعد"] = "saad", ["صالح"] = "salih", ["كريم"] = "karim", ["رشيد"] = "rashid",
        ["ماجد"] = "majid", ["فهد"] = "fahd", ["فيصل"] = "faisal", ["ناصر"] = "nasser", ["منصور"] = "mansour", ["جابر"] = "jabir", ["انس"] = "anas",
        ["معاذ"] = "muadh", ["عمار"] = "ammar", ["هاشم"] = "hashim", ["قاسم"] = "qasim", ["فاطمة"] = "fatima", ["عائشة"] = "aisha", ["مريم"] = "maryam",
        ["خديجة"] = "khadija", ["زينب"] = "zainab", ["نور"] = "nour", ["سارة"] = "sara", ["ليلى"] = "layla", ["هدى"] = "huda", ["امينة"] = "amina",
        ["حفصة"] = "hafsa", ["رقية"] = "ruqayya", ["سمية"] = "sumayya", ["اسماء"] = "asma", ["بن"] = "bin", ["ابن"] = "ibn", ["بنت"] = "bint",
        ["ابو"] = "abu", ["ام"] = "umm",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<char, string> Letters = Table(
        // Arabic, with the letters of Persian and Urdu. Hamza by itself is no letter of English.
        "ا=a ب=b ت=t ث=th ج=j ح=h خ=kh د=d ذ=dh ر=r ز=z س=s ش=sh ص=s ض=d ط=t ظ=z ع=a غ=gh ف=f ق=q ك=k ل=l م=m ن=n ه=h و=w ي=y ى=a ة=a ئ=i ؤ=u ء= "
        + "پ=p چ=ch ژ=zh گ=g ک=k ی=y ٹ=t ڈ=d ڑ=r ں=n ے=e ہ=h ھ=h ۀ=h ۃ=h "
        // Latin, as Filipino, European and Turkish names have it. By hand: without ICU nothing takes the marks off.
        + "à=a á=a â=a ã=a ä=a å=a ā=a ă=a ą=a æ=ae ç=c ć=c ĉ=c ċ=c č=c ď=d đ=d ð=d è=e é=e ê=e ë=e ē=e ĕ=e ė=e ę=e ě=e ĝ=g ğ=g ġ=g ģ=g ĥ=h ħ=h ì=i í=i î=i "
        + "ï=i ĩ=i ī=i ĭ=i į=i ı=i İ=i ĵ=j ķ=k ĺ=l ļ=l ľ=l ł=l ñ=n ń=n ņ=n ň=n ŋ=ng ò=o ó=o ô=o õ=o ö=o ø=o ō=o ŏ=o ő=o œ=oe ŕ=r ŗ=r ř=r ß=ss ś=s ŝ=s ş=s š=s ș=s "
        + "ţ=t ť=t ŧ=t ț=t þ=th ù=u ú=u û=u ü=u ũ=u ū=u ŭ=u ů=u ű=u ų=u ư=u ơ=o ŵ=w ý=y ÿ=y ŷ=y ź=z ż=z ž=z "
        + "٠=0 ١=1 ٢=2 ٣=3 ٤=4 ٥=5 ٦=6 ٧=7 ٨=8 ٩=9");

    /// <summary>Scripts without a table here, such as Chinese, and emoji leave nothing behind.</summary>
    /// <param name="name">Anything.</param>
    /// <param name="max">Most characters of the result.</param>
    public static string Of(string name, int max)
    {
        var slug = new StringBuilder(Math.Min(name.Length, max) + 16);
        foreach (var range in Words(name))
        {
            var before = slug.Length;
            if (before > 0) slug.Append('-');
            Append(slug, name.AsSpan(range));
            if (slug.Length == before + (before > 0 ? 1 : 0)) slug.Length = before;
            if (slug.Length >= max) break;
        }

        if (slug.Length > max) slug.Length = max;
        return slug.ToString().Trim('-');
    }

    private static List<Range> Words(string name)
    {
        var words = new List<Range>();
        var start = -1;
        for (var i = 0; i <= name.Length; i++)
        {
            var inside = i < name.Length && (IsPartOfWord(name[i]) || IsSilent(name[i]));
            if (inside && start < 0) start = i;
            if (inside || start < 0) continue;
            words.Add(start..i);
            start = -1;
        }

        return words;
    }

    private static void Append(StringBuilder slug, ReadOnlySpan<char> word)
    {
        Span<char> bare = word.Length <= 64 ? stackalloc char[64] : new char[word.Length];
        var length = 0;
        foreach (var c in word)
            if (!IsSilent(c)) bare[length++] = Bare(char.ToLowerInvariant(c));
        bare = bare[..length];

        if (ArabicNames.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(bare, out var known))
        {
            slug.Append(known);
            return;
        }

        foreach (var c in bare)
        {
            if (char.IsAsciiLetterOrDigit(c)) slug.Append(c);
            else if (Letters.TryGetValue(c, out var latin)) slug.Append(latin);
        }
    }

    private static char Bare(char c) => c is 'أ' or 'إ' or 'آ' or 'ٱ' ? 'ا' : c;

    private static bool IsPartOfWord(char c) => char.IsLetterOrDigit(c) || char.IsSurrogate(c);

    // Marks on letters, the bar that only stretches a word, apostrophes, and what joins letters without being seen.
    private static bool IsSilent(char c) =>
        char.GetUnicodeCategory(c) is System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.Format
        || c is 'ـ' or '\'' or '’' or 'ʻ' or 'ʼ' or '`';

    private static FrozenDictionary<char, string> Table(string pairs) =>
        pairs.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToFrozenDictionary(pair => pair[0], pair => pair[2..]);
}
