using System.Security.Cryptography;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Where the value of a parameter comes from when configuration has none.</summary>
public abstract class ParameterDefault
{
    public abstract string GetDefaultValue();
}

/// <summary>A random text in which each wanted class of characters occurs as often as asked. The alphabets leave out characters that are easily confused.</summary>
public sealed class GenerateParameterDefault : ParameterDefault
{
    private const string LowerCase = "abcdefghjkmnpqrstuvwxyz";
    private const string UpperCase = "ABCDEFGHJKMNPQRSTUVWXYZ";
    private const string Digits = "0123456789";
    private const string Specials = "-_.{}~()*+!";

    public int MinLength { get; set; }

    public bool Lower { get; set; } = true;

    public bool Upper { get; set; } = true;

    public bool Numeric { get; set; } = true;

    public bool Special { get; set; } = true;

    public int MinLower { get; set; }

    public int MinUpper { get; set; }

    public int MinNumeric { get; set; }

    public int MinSpecial { get; set; }

    public override string GetDefaultValue()
    {
        (string Alphabet, bool Wanted, int Least)[] classes =
        [
            (LowerCase, Lower, MinLower), (UpperCase, Upper, MinUpper), (Digits, Numeric, MinNumeric), (Specials, Special, MinSpecial),
        ];
        foreach (var (alphabet, wanted, least) in classes)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(least);
            if (least > 0 && !wanted) throw new ArgumentException($"{least} of '{alphabet}' are asked for, but the class is switched off.");
        }

        var all = string.Concat(classes.Where(c => c.Wanted).Select(c => c.Alphabet));
        if (all.Length == 0) throw new ArgumentException("A generated parameter needs at least one class of characters.");

        var required = classes.Sum(c => c.Least);
        var characters = classes.SelectMany(c => RandomNumberGenerator.GetItems<char>(c.Alphabet, c.Least))
            .Concat(RandomNumberGenerator.GetItems<char>(all, Math.Max(0, MinLength - required))).ToArray();
        RandomNumberGenerator.Shuffle(characters.AsSpan());
        return new string(characters);
    }
}
