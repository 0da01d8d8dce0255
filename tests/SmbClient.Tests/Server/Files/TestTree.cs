using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SmbClient.Server;
using SmbClient.Server.Files;
using SmbClient.Wire;
using SmbClient.Wire.Fscc;
using Xunit;

namespace SmbClient.Tests.Server.Files;

/// <summary>A share over a store in memory, and short ways to open things in it.</summary>
internal sealed class TestTree
{
    public const ShareAccess Everything = ShareAccess.Read | ShareAccess.Write | ShareAccess.Delete;

    private static readonly CancellationToken None = CancellationToken.None;

    public TestTree(bool isReadOnly = false, long capacity = MemoryFileStore.DefaultCapacity)
    {
        Store = new MemoryFileStore(capacity, Clock);
        Tree = new FileTree(Store, isReadOnly, NullLogger.Instance);
    }

    internal delegate void Writer(ref WireWriter w);

    internal delegate T Reader<T>(ref WireReader r);

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 24, 22, 0, 0, TimeSpan.Zero));

    public MemoryFileStore Store { get; }

    public FileTree Tree { get; }

    /// <summary>The result of a create, as a client asks for it.</summary>
    public async Task<CreateOutcome> CreateAsync(
        string path,
        AccessMask access = AccessMask.MaximumAllowed,
        ShareAccess share = Everything,
        CreateDisposition disposition = CreateDisposition.Open,
        CreateOptions options = CreateOptions.None,
        FileAttributes attributes = 0,
        long allocationSize = 0) => await Tree.CreateAsync(
            new CreateArguments
            {
                Path = path,
                DesiredAccess = access,
                ShareAccess = share,
                Disposition = disposition,
                Options = options,
                Attributes = attributes,
                AllocationSize = allocationSize,
            },
            None);

    /// <summary>The status of a create; what was opened is closed again.</summary>
    public async Task<NtStatus> TryAsync(
        string path,
        AccessMask access = AccessMask.MaximumAllowed,
        ShareAccess share = Everything,
        CreateDisposition disposition = CreateDisposition.Open,
        CreateOptions options = CreateOptions.None,
        FileAttributes attributes = 0)
    {
        CreateOutcome outcome = await CreateAsync(path, access, share, disposition, options, attributes);
        if (outcome.Open is not null)
        {
            await outcome.Open.CloseAsync();
        }

        return outcome.Status;
    }

    /// <summary>An open that must succeed.</summary>
    public async Task<FileOpen> OpenAsync(
        string path,
        AccessMask access = AccessMask.MaximumAllowed,
        ShareAccess share = Everything,
        CreateDisposition disposition = CreateDisposition.Open,
        CreateOptions options = CreateOptions.None,
        FileAttributes attributes = 0)
    {
        CreateOutcome outcome = await CreateAsync(path, access, share, disposition, options, attributes);
        Assert.Equal(NtStatus.Success, outcome.Status);
        return Assert.IsType<FileOpen>(outcome.Open);
    }

    /// <summary>A new file that stays open.</summary>
    public async Task<FileOpen> NewFileAsync(string path = "f", byte[]? content = null)
    {
        FileOpen open = await OpenAsync(path, disposition: CreateDisposition.Create);
        if (content is not null)
        {
            Assert.Equal(NtStatus.Success, await open.WriteAsync(0, content, writeThrough: false, owner: 0, None));
        }

        return open;
    }

    public static async Task<T> QueryAsync<T>(ServerOpen open, FileInformationClass informationClass, Reader<T> read)
    {
        QueryOutcome outcome = await open.QueryInformationAsync(informationClass, 4096, None);
        Assert.Equal(NtStatus.Success, outcome.Status);
        return Decode(outcome.Output, read);
    }

    public static async Task<NtStatus> SetAsync(ServerOpen open, FileInformationClass informationClass, int size, Writer write)
    {
        byte[] input = new byte[size];
        WireWriter w = new(input);
        write(ref w);
        return await open.SetInformationAsync(informationClass, input.AsMemory(0, w.Position), None);
    }

    public static Task<NtStatus> SetDispositionAsync(ServerOpen open, bool deletes) =>
        SetAsync(open, FileInformationClass.Disposition, 1, new FileDispositionInformation(deletes).Write);

    public static Task<NtStatus> RenameAsync(ServerOpen open, string name, bool replace = false)
    {
        FileRenameInformation rename = new() { FileName = name, ReplaceIfExists = replace };
        return SetAsync(open, FileInformationClass.Rename, rename.Size, rename.Write);
    }

    public static T Decode<T>(ReadOnlyMemory<byte> output, Reader<T> read)
    {
        WireReader r = new(output);
        return read(ref r);
    }
}
