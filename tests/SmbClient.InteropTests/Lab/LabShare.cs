using System;
using System.Threading.Tasks;

namespace SmbClient.InteropTests.Lab;

/// <summary>A share with everything that was opened for it, in a context of its own.</summary>
internal sealed class LabShare : IAsyncDisposable
{
    private LabShare(SmbClientContext context, SmbConnection connection, SmbShare share)
    {
        Context = context;
        Connection = connection;
        Share = share;
    }

    public SmbClientContext Context { get; }

    public SmbConnection Connection { get; }

    public SmbShare Share { get; }

    /// <summary>Signs alice in and opens a share.</summary>
    /// <param name="options">Where and how: the options of a server or a relay.</param>
    /// <param name="share">Which share.</param>
    public static async Task<LabShare> OpenAsync(Func<SmbClientContext, SmbConnectionOptions> options, string share = "share")
    {
        SmbClientContext context = new();
        try
        {
            SmbConnection connection = await SmbConnection.OpenAsync(options(context), LabServer.Alice);
            return new LabShare(context, connection, await connection.OpenShareAsync(share));
        }
        catch
        {
            await context.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Share.DisposeAsync();
        await Connection.DisposeAsync();
        await Context.DisposeAsync();
    }
}
