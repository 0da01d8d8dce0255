using System;
using System.Collections.Generic;

namespace SmbClient.Wire.Smb2;

/// <summary>What an error says about itself in 3.1.1, [MS-SMB2] 2.2.2.1.</summary>
/// <param name="ErrorId"><see cref="Default"/> or <see cref="ShareRedirect"/>.</param>
/// <param name="Data">What the status and the identifier say it is; it points into the message.</param>
internal readonly record struct ErrorContext(uint ErrorId, ReadOnlyMemory<byte> Data)
{
    public const uint Default = 0x00000000;

    /// <summary>The share is to be found elsewhere.</summary>
    public const uint ShareRedirect = 0x72645253;
}

/// <summary>SMB2 ERROR response, the body of most answers that are no success, [MS-SMB2] 2.2.2.</summary>
internal readonly struct ErrorResponse : ISmb2Body
{
    private const ushort StructureSize = 9;
    private const int FixedSize = StructureSize - 1;
    private const int ContextHeaderSize = 8;
    private const int Alignment = 8;

    /// <summary>The command that failed; only in what is written.</summary>
    public Smb2Command Command { get; init; }

    /// <summary>0 before 3.1.1.</summary>
    public byte ErrorContextCount { get; init; }

    /// <summary>What the status says it is, or as many contexts as are counted.</summary>
    public ReadOnlyMemory<byte> ErrorData { get; init; }

    public int Size => StructureSize + ErrorData.Length;

    public void Write(ref WireWriter w)
    {
        w.UInt16(StructureSize);
        w.UInt8(ErrorContextCount);
        w.UInt8(0);
        w.UInt32((uint)ErrorData.Length);
        Smb2Buffers.WriteInput(ref w, ErrorData.Span);
    }

    public static ErrorResponse Read(ref WireReader r)
    {
        r.Expect(StructureSize, "StructureSize");
        byte count = r.UInt8();
        r.Skip(1);
        uint length = r.UInt32();
        return new ErrorResponse { ErrorContextCount = count, ErrorData = Smb2Buffers.Bytes(r, (uint)r.Position, length) };
    }

    /// <summary>An error with one context, in the form of 3.1.1.</summary>
    public static ErrorResponse WithContext(Smb2Command command, ErrorContext context)
    {
        byte[] data = new byte[ContextHeaderSize + context.Data.Length];
        WireWriter w = new(data);
        w.UInt32((uint)context.Data.Length);
        w.UInt32(context.ErrorId);
        w.Bytes(context.Data.Span);
        return new ErrorResponse { Command = command, ErrorContextCount = 1, ErrorData = data };
    }

    /// <summary>The contexts; the data of an error without any is the <see cref="ErrorContext.Default"/> one.</summary>
    public IReadOnlyList<ErrorContext> ReadContexts()
    {
        if (ErrorContextCount == 0)
        {
            return ErrorData.IsEmpty ? [] : [new ErrorContext(ErrorContext.Default, ErrorData)];
        }

        WireReader r = new(ErrorData);
        if (ErrorContextCount * ContextHeaderSize > r.Remaining)
        {
            throw r.Malformed($"{ErrorContextCount} error contexts in {r.Remaining} octets");
        }

        ErrorContext[] contexts = new ErrorContext[ErrorContextCount];
        for (int i = 0; i < contexts.Length; i++)
        {
            r.Align(Alignment);
            int length = r.Int32();
            contexts[i] = new ErrorContext(r.UInt32(), r.Bytes(length));
        }

        return contexts;
    }
}
