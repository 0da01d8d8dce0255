using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging.Abstractions;
using SmbClient.Server.Files;
using SmbClient.Wire.Fscc;
using SmbClient.Wire.Smb2;
using Xunit;

namespace SmbClient.Tests.Server.Files;

/// <summary>What a store throws is an answer; what is a bug of ours is none.</summary>
public class StoreFailureTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    public static TheoryData<Exception, NtStatus> Failures => new()
    {
        { new UnauthorizedAccessException(), NtStatus.AccessDenied },
        { new FileNotFoundException(), NtStatus.ObjectNameNotFound },
        { new DirectoryNotFoundException(), NtStatus.ObjectPathNotFound },
        { new PathTooLongException(), NtStatus.ObjectNameInvalid },
        { new IOException("full", 28), NtStatus.DiskFull },
        { new IOException("full", unchecked((int)0x80070070)), NtStatus.DiskFull },
        { new IOException("?"), NtStatus.Unsuccessful },
        { new ObjectDisposedException("node"), NtStatus.FileClosed },
        { new OperationCanceledException(), NtStatus.Cancelled },
        { new NotSupportedException(), NtStatus.NotSupported },
    };

    [Theory]
    [MemberData(nameof(Failures), DisableDiscoveryEnumeration = true)]
    public async Task Every_operation_answers(Exception failure, NtStatus status)
    {
        ServerOpen file = await FailingStore.OpenAsync(failure);
        ServerOpen directory = await FailingStore.OpenAsync(failure, "d");
        List<NtStatus> answers =
        [
            (await file.ReadAsync(0, new byte[1], owner: 0, None)).Status,
            await file.WriteAsync(0, new byte[1], writeThrough: false, owner: 0, None),
            await file.FlushAsync(None),
            (await file.QueryInformationAsync(FileInformationClass.Basic, 100, None)).Status,
            await TestTree.SetDispositionAsync(file, deletes: true),
            await TestTree.SetAsync(file, FileInformationClass.EndOfFile, 8, new FileEndOfFileInformation(5).Write),
            await file.RenameAsync("x", replaceExisting: false, None),
            (await file.ControlAsync(FsControlCode.QueryAllocatedRanges, new byte[16], 16, None)).Status,
            (await directory.QueryDirectoryAsync(FileInformationClass.Names, "*", restart: false, single: false, 4096, None)).Status,
            (await directory.WatchAsync(SmbChangeFilter.Default, recursive: false, 4096, None)).Status,
        ];

        Assert.All(answers, answer => Assert.Equal(status, answer));
        Assert.Null(await file.GetEntryAsync(None));
        await file.CloseAsync();
        await directory.CloseAsync();
    }

    [Theory]
    [MemberData(nameof(Failures), DisableDiscoveryEnumeration = true)]
    public async Task Creates_and_volumes_answer(Exception failure, NtStatus status)
    {
        FileTree tree = new(new FailingStore(failure, failsToOpen: true), isReadOnly: false, NullLogger.Instance);
        CreateArguments arguments = new()
        {
            Path = "f",
            DesiredAccess = AccessMask.ReadData,
            ShareAccess = ShareAccess.None,
            Disposition = CreateDisposition.Open,
        };

        Assert.Equal(status, (await tree.CreateAsync(arguments, None)).Status);
        Assert.Equal(status, (await tree.CreateAsync(arguments with { Disposition = CreateDisposition.Create }, None)).Status);
        Assert.Equal(status, (await tree.QueryVolumeAsync(FsInformationClass.Size, 4096, None)).Status);
    }

    [Fact]
    public async Task A_bug_is_not_hidden()
    {
        ServerOpen file = await FailingStore.OpenAsync(new InvalidOperationException());

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await file.FlushAsync(None));
    }
}
