using System;
using System.IO;
using Microsoft.Extensions.Logging;

namespace SmbClient.Server.Files;

/// <summary>Exceptions of a store as answers. What is none of a store's business, a bug of ours, goes on.</summary>
internal static partial class StoreFailure
{
    private const int DiskFullOnWindows = unchecked((int)0x80070070);
    private const int NoSpaceOnUnix = 28;

    /// <summary>For exception filters: true, and logged, where the exception is an answer.</summary>
    public static bool TryTranslate(Exception exception, ILogger logger, out NtStatus status)
    {
        status = exception switch
        {
            OperationCanceledException => NtStatus.Cancelled,
            ObjectDisposedException => NtStatus.FileClosed,
            UnauthorizedAccessException => NtStatus.AccessDenied,
            FileNotFoundException => NtStatus.ObjectNameNotFound,
            DirectoryNotFoundException => NtStatus.ObjectPathNotFound,
            PathTooLongException => NtStatus.ObjectNameInvalid,
            EndOfStreamException => NtStatus.EndOfFile,
            IOException { HResult: DiskFullOnWindows or NoSpaceOnUnix } => NtStatus.DiskFull,
            IOException => NtStatus.Unsuccessful,
            NotSupportedException => NtStatus.NotSupported,
            _ => NtStatus.Success,
        };
        if (status == NtStatus.Success)
        {
            return false;
        }

        if (status != NtStatus.Cancelled)
        {
            Refused(logger, exception, status);
        }

        return true;
    }

    [LoggerMessage(EventId = 130, Level = LogLevel.Warning, Message = "A store failed; the client is told {Status}")]
    private static partial void Refused(ILogger logger, Exception exception, NtStatus status);

    [LoggerMessage(EventId = 131, Level = LogLevel.Debug, Message = "'{Path}' could not be deleted when it was closed: {Status}")]
    public static partial void NotDeleted(ILogger logger, string path, NtStatus status);
}
