using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace SmbClient.InteropTests.Lab;

/// <summary>What passed by between clients and their server, in the order in which it did, with what tests want to know of it.</summary>
public sealed class RecordedFrames : IReadOnlyList<RecordedFrame>
{
    private readonly RecordedFrame[] _frames;

    public RecordedFrames(IEnumerable<RecordedFrame> frames) => _frames = [.. frames];

    public int Count => _frames.Length;

    public RecordedFrame this[int index] => _frames[index];

    /// <summary>Every SMB2 message that could be read on the way, compounds taken apart.</summary>
    public IEnumerable<RecordedSmb2> Smb2 => _frames.SelectMany(f => f.Smb2);

    /// <summary>What the server chose: its last NEGOTIATE response in the clear.</summary>
    public RecordedNegotiation? Negotiation =>
        Smb2.Where(m => m is { Command: RecordedSmb2.Negotiate, IsResponse: true, Status: 0 }).Select(m => new RecordedNegotiation(m)).LastOrDefault();

    /// <summary>What passed by after the last SESSION_SETUP response in the clear that let a user in.</summary>
    public RecordedFrames AfterSignIn =>
        new(_frames.Skip(1 + Array.FindLastIndex(_frames, f => f.Smb2.Any(m => m is { Command: RecordedSmb2.SessionSetup, IsResponse: true, Status: 0 }))));

    public RecordedFrames OfConnection(int number) => new(_frames.Where(f => f.Connection == number));

    /// <summary>Whether these octets stand in any frame.</summary>
    public bool Contains(ReadOnlySpan<byte> octets)
    {
        foreach (RecordedFrame frame in _frames)
        {
            if (frame.Octets.AsSpan().IndexOf(octets) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// After the sign-in nothing passed by but sealed messages, in both directions, no nonce served twice in one direction, and none of
    /// <paramref name="secrets"/> can be read anywhere.
    /// </summary>
    public void AssertSealed(params byte[][] secrets)
    {
        RecordedFrames sealedPart = AfterSignIn;
        Assert.Contains(sealedPart, f => f.FromClient);
        Assert.Contains(sealedPart, f => !f.FromClient);
        Assert.All(sealedPart, f => Assert.True(f.Kind == FrameKind.Transform, $"in the clear: {f}"));
        foreach (IGrouping<object, RecordedFrame> flow in sealedPart.GroupBy<RecordedFrame, object>(f => (f.TransformSessionId, f.FromClient)))
        {
            Assert.Equal(flow.Count(), flow.Select(f => Convert.ToHexString(f.Nonce)).Distinct().Count());
        }

        Assert.All(secrets, s => Assert.False(Contains(s), "the wire shows a secret"));
    }

    /// <summary>After the sign-in every message of both directions could be read and was signed, but for those that need not be.</summary>
    public void AssertSigned()
    {
        RecordedFrames signedPart = AfterSignIn;
        Assert.All(signedPart, f => Assert.True(f.Kind == FrameKind.Smb2, $"not an SMB2 message: {f}"));
        Assert.Contains(signedPart.Smb2, m => !m.IsResponse);
        Assert.Contains(signedPart.Smb2, m => m.IsResponse);
        Assert.All(signedPart.Smb2.Where(m => !m.IsInterim && !m.IsNotification), m => Assert.True(m.IsSigned, $"not signed: {m}"));
    }

    /// <summary>
    /// After the sign-in every message could be read and none was signed, but those that protect the negotiation: a tree connect of SMB 3.1.1, the
    /// validation of older dialects.
    /// </summary>
    public void AssertUnsigned()
    {
        RecordedFrames unsignedPart = AfterSignIn;
        Assert.All(unsignedPart, f => Assert.True(f.Kind == FrameKind.Smb2, $"not an SMB2 message: {f}"));
        RecordedSmb2[] data = [.. unsignedPart.Smb2.Where(m => m.Command is not (RecordedSmb2.TreeConnect or RecordedSmb2.Ioctl))];
        Assert.Contains(data, m => !m.IsResponse);
        Assert.Contains(data, m => m.IsResponse);
        Assert.All(data, m => Assert.False(m.IsSigned, $"signed: {m}"));
    }

    public IEnumerator<RecordedFrame> GetEnumerator() => _frames.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
