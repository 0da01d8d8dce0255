using System;
using SmbClient.Wire;
using SmbClient.Wire.Dtyp;
using Xunit;

namespace SmbClient.Tests.Wire.Dtyp;

/// <summary>Security identifiers, [MS-DTYP] 2.4.2; the values were computed by other code.</summary>
public class SidTests
{
    [Theory]
    [InlineData("S-1-0-0", "010100000000000000000000")]
    [InlineData("S-1-1-0", "010100000000000100000000")]
    [InlineData("S-1-5-32-544", "01020000000000052000000020020000")]
    [InlineData("S-1-16-8192", "010100000000001000200000")]
    [InlineData("S-1-18-1", "010100000000001201000000")]
    [InlineData("S-1-5-21-844188481-1533167349-3177022021-1103", "010500000000000515000000414b5132f546625b45825dbd4f040000")]
    [InlineData("S-1-281474976710655-1", "0101ffffffffffff01000000")]
    [InlineData("S-1-5", "0100000000000005")]
    public void Octets_become_text(string text, string octets) => Assert.Equal(text, Sid.Decode(Convert.FromHexString(octets)));

    [Theory]
    [InlineData("")]
    [InlineData("01")]
    [InlineData("020100000000000500000000")]
    [InlineData("0102000000000005000000")]
    [InlineData("01010000000000050000000000")]
    [InlineData("011000000000000500000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000")]
    public void What_is_none_is_refused(string octets) => Assert.Throws<MalformedMessageException>(() => Sid.Decode(Convert.FromHexString(octets)));
}
