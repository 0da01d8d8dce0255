using System;
using System.Buffers.Binary;
using System.Security.Cryptography;
using Kerberos.NET.Crypto;
using Kerberos.NET.Entities;
using SmbClient.Gss;

namespace SmbClient.KerberosNet.Contexts;

/// <summary>What both roles share: the key at the end, integrity codes ([RFC4121] 4.2, which Kerberos.NET does not have), and that a failure is final.</summary>
internal abstract class KerberosNetContext : GssContext
{
    private const int MicHeaderSize = 16;
    private const byte SentByAcceptor = 0x01;
    private const byte AcceptorSubkey = 0x04;

    private readonly bool _isInitiator;
    private byte[]? _sessionKey;
    private KerberosKey? _key;
    private bool _isAcceptorsKey;
    private uint _sendNumber;
    private GssContextFlags _flags;

    protected KerberosNetContext(bool isInitiator)
    {
        _isInitiator = isInitiator;
    }

    public sealed override string MechanismName => KerberosNetMechanism.MechanismName;

    public sealed override bool IsComplete => _key is not null;

    public sealed override GssContextFlags Flags => IsComplete ? _flags : GssContextFlags.None;

    public sealed override bool SupportsMic => IsComplete;

    private byte Direction => _isInitiator ? (byte)0 : SentByAcceptor;

    public sealed override GssStep Step(ReadOnlySpan<byte> inputToken)
    {
        try
        {
            return Advance(inputToken.ToArray());
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Kerberos.NET meets wrong keys and malformed messages with exceptions of every kind.
            return Fail(GssStatus.DefectiveToken, $"the token cannot be read: {e.Message}");
        }
    }

    public sealed override byte[] ExportSessionKey() =>
        _sessionKey is { } key && IsComplete ? (byte[])key.Clone() : throw new InvalidOperationException("The context is not established.");

    public sealed override byte[] GetMic(ReadOnlySpan<byte> message)
    {
        byte[] mic = new byte[MicHeaderSize];
        mic[0] = 0x04;
        mic[1] = 0x04;
        mic[2] = (byte)(Direction | (_isAcceptorsKey ? AcceptorSubkey : 0));
        mic.AsSpan(3, 5).Fill(0xFF);
        BinaryPrimitives.WriteUInt64BigEndian(mic.AsSpan(8), _sendNumber);
        return [.. mic, .. Checksum(message, mic, _isInitiator)];
    }

    /// <summary>The number is not looked at: a key belongs to one context, which has one list of mechanisms to protect.</summary>
    public sealed override bool VerifyMic(ReadOnlySpan<byte> message, ReadOnlySpan<byte> mic)
    {
        if (!IsComplete)
        {
            throw new InvalidOperationException("There is no key for integrity codes.");
        }

        byte flags = (byte)((Direction ^ SentByAcceptor) | (_isAcceptorsKey ? AcceptorSubkey : 0));
        ReadOnlySpan<byte> filler = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF];
        return mic.Length > MicHeaderSize && mic[0] == 0x04 && mic[1] == 0x04 && mic[2] == flags && mic.Slice(3, 5).SequenceEqual(filler)
            && CryptographicOperations.FixedTimeEquals(Checksum(message, mic.Slice(0, MicHeaderSize), !_isInitiator), mic.Slice(MicHeaderSize));
    }

    /// <exception cref="Exception">The token is malformed, or a key is wrong.</exception>
    protected abstract GssStep Advance(byte[] token);

    /// <summary>Moves to the failed state for good, and forgets keys.</summary>
    protected virtual GssStep Fail(GssStatus status, string reason)
    {
        Clear();
        return GssStep.Fail(status, reason);
    }

    /// <summary>After the last check.</summary>
    /// <param name="key">The acceptor's subkey, else the initiator's, else the session key.</param>
    /// <param name="isAcceptorsKey">True for the first.</param>
    /// <param name="sendNumber">The first number of messages from here.</param>
    /// <param name="flags">What the context has.</param>
    protected void Establish(KrbEncryptionKey key, bool isAcceptorsKey, uint sendNumber, GssContextFlags flags)
    {
        _sessionKey = key.KeyValue.ToArray();
        _isAcceptorsKey = isAcceptorsKey;
        _sendNumber = sendNumber;
        _flags = flags;
        _key = key.AsKey();
    }

    protected override void Dispose(bool disposing)
    {
        Clear();
        base.Dispose(disposing);
    }

    private void Clear()
    {
        _sessionKey.AsSpan().Clear();
        _sessionKey = null;
        _key = null;
    }

    private byte[] Checksum(ReadOnlySpan<byte> message, ReadOnlySpan<byte> header, bool isInitiators)
    {
        KerberosKey key = _key ?? throw new InvalidOperationException("There is no key for integrity codes.");
        byte[] data = [.. message, .. header];
        return KrbChecksum.Create(data, key, isInitiators ? KeyUsage.InitiatorSign : KeyUsage.AcceptorSign).Checksum.ToArray();
    }
}
