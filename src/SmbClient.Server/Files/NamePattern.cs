using System;
using System.Buffers;

namespace SmbClient.Server.Files;

/// <summary>
/// Names with wild cards, [MS-FSCC] 2.1.4.4: <c>*</c>, <c>?</c>, and those of DOS, <c>&lt;</c>, <c>&gt;</c> and <c>"</c>. Without case, in time
/// proportional to the product of both lengths.
/// </summary>
internal sealed class NamePattern
{
    private const int MaxStack = 512;

    private static readonly SearchValues<char> WildCards = SearchValues.Create("*?<>\"");

    private readonly string _pattern;
    private readonly bool _hasWildCards;

    public NamePattern(string pattern)
    {
        _pattern = pattern.ToUpperInvariant();
        _hasWildCards = pattern.AsSpan().ContainsAny(WildCards);
        MatchesAll = _pattern is "*" or "*.*";
    }

    /// <summary>It asks for everything: <c>*.*</c> too, as every server has it.</summary>
    public bool MatchesAll { get; }

    public bool Matches(string name)
    {
        if (MatchesAll)
        {
            return true;
        }

        return _hasWildCards ? MatchesWildCards(name.ToUpperInvariant()) : string.Equals(_pattern, name, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Keeps the set of places in the pattern that the name can have reached.</summary>
    private bool MatchesWildCards(string name)
    {
        int size = _pattern.Length + 1;
        Span<bool> here = size <= MaxStack ? stackalloc bool[size] : new bool[size];
        Span<bool> next = size <= MaxStack ? stackalloc bool[size] : new bool[size];
        here.Clear();
        here[0] = true;
        int lastDot = name.LastIndexOf('.');
        for (int i = 0; i < name.Length; i++)
        {
            Skip(here, name, i);
            next.Clear();
            for (int at = 0; at < _pattern.Length; at++)
            {
                if (here[at])
                {
                    Step(next, at, name[i], i < lastDot);
                }
            }

            Span<bool> swap = here;
            here = next;
            next = swap;
        }

        Skip(here, name, name.Length);
        return here[^1];
    }

    /// <summary>What matches nothing is passed without a character.</summary>
    private void Skip(Span<bool> places, string name, int position)
    {
        bool isEnd = position == name.Length;
        bool isDotOrEnd = isEnd || name[position] == '.';
        for (int at = 0; at < _pattern.Length; at++)
        {
            bool passes = _pattern[at] switch
            {
                '*' or '<' => true,
                '>' => isDotOrEnd,
                '"' => isEnd,
                _ => false,
            };
            if (places[at] && passes)
            {
                places[at + 1] = true;
            }
        }
    }

    private void Step(Span<bool> next, int at, char character, bool isBeforeLastDot)
    {
        switch (_pattern[at])
        {
            case '*':
                next[at] = true;
                break;
            case '<':
                // Everything up to the last dot: not that dot itself, which the pattern goes on with.
                next[at] |= isBeforeLastDot || character != '.';
                break;
            case '?':
                next[at + 1] = true;
                break;
            case '>':
                next[at + 1] |= character != '.';
                break;
            case '"':
                next[at + 1] |= character == '.';
                break;
            default:
                next[at + 1] |= _pattern[at] == character;
                break;
        }
    }
}
