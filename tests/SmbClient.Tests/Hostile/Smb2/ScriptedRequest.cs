using SmbClient.Exchange.Smb2;
using SmbClient.Wire;
using SmbClient.Wire.Smb2;

namespace SmbClient.Tests.Hostile.Smb2;

/// <summary>One request as the server got it, and the answers to it: whole messages, signed or sealed as the request was.</summary>
internal sealed record ScriptedRequest(ScriptedConnection Connection, ScriptedSession? Session, Smb2Header Header, byte[] Message, bool WasSealed)
{
    public Smb2Command Command => Header.Command;

    /// <summary>Decodes the body.</summary>
    public T Read<T>(Smb2Response.BodyReader<T> body)
    {
        WireReader reader = new(Message);
        reader.Skip(Smb2Header.Size);
        return body(ref reader);
    }

    /// <summary>What the server answers by itself.</summary>
    public byte[] Answer() => Protect(Connection.Answer(this));

    /// <summary>A response.</summary>
    public byte[] Reply<T>(T body, NtStatus status = NtStatus.Success, int? credits = null)
        where T : struct, ISmb2Body =>
        Protect(Bare(body, status, credits));

    /// <summary>A response without data.</summary>
    public byte[] Status(NtStatus status, int? credits = null) => Protect(BareStatus(status, credits));

    /// <summary>"I work on it": unsigned, as servers send it, but sealed where the request was.</summary>
    public byte[] Interim(ulong asyncId, int? credits = null)
    {
        byte[] message = Connection.Build(this, new ErrorResponse { Command = Command }, NtStatus.Pending, credits, asyncId: asyncId);
        return WasSealed ? Connection.Seal(Session!, message) : message;
    }

    /// <summary>The end of what was announced by <see cref="Interim"/>, which brings no more credits.</summary>
    public byte[] Final<T>(ulong asyncId, T body, NtStatus status = NtStatus.Success, int credits = 0)
        where T : struct, ISmb2Body =>
        Protect(Connection.Build(this, body, status, credits, asyncId: asyncId));

    /// <summary>A response that is neither signed nor sealed yet.</summary>
    public byte[] Bare<T>(T body, NtStatus status = NtStatus.Success, int? credits = null)
        where T : struct, ISmb2Body =>
        Connection.Build(this, body, status, credits);

    public byte[] BareStatus(NtStatus status, int? credits = null) => Bare(new ErrorResponse { Command = Command }, status, credits);

    /// <summary>Signs or seals a message as the request was.</summary>
    public byte[] Protect(byte[] message) => Connection.Protect(this, message);
}
