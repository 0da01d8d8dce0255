using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Gss.Kerberos;
using SmbClient.Gss.Kerberos.Library;
using SmbClient.Gss.Kerberos.Sspi;

namespace SmbClient.Gss;

/// <summary>Kerberos 5, [RFC4121] with [MS-KILE]. Safe for any number of threads; tickets that one caller got serve the next.</summary>
public sealed class KerberosMechanism : GssMechanism
{
    internal const string MechanismName = "Kerberos";
    internal const string MechanismOid = "1.2.840.113554.1.2.2";

    /// <summary>What Windows 2000 made of the identifier by cutting it to 16 bits ([MS-SPNG] 1.9); every Windows client offers it first.</summary>
    internal const string MicrosoftOid = "1.2.840.48018.1.2.2";

    private readonly SystemKerberos _system;

    /// <summary>A mechanism of these options.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A time limit is not positive.</exception>
    public KerberosMechanism(KerberosOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.KdcTimeout <= TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.KdcTimeout, $"{nameof(KerberosOptions.KdcTimeout)} must be positive.");
        }

        if (options.MaxClockSkew < TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.MaxClockSkew, $"{nameof(KerberosOptions.MaxClockSkew)} cannot be negative.");
        }

        Options = options;
        _system = RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? new SspiKerberos(options) : new LibraryKerberos(options);
    }

    /// <summary>How Kerberos is done.</summary>
    public KerberosOptions Options { get; }

    /// <summary>What authenticators were seen: the process's own, unless a test sees the same ones again and again.</summary>
    internal ReplayCache ReplayCache { get; init; } = ReplayCache.Shared;

    /// <inheritdoc/>
    public override string Name => MechanismName;

    /// <inheritdoc/>
    public override string Oid => MechanismOid;

    /// <inheritdoc/>
    public override IReadOnlyList<string> AliasOids { get; } = [MicrosoftOid];

    /// <inheritdoc/>
    public override ValueTask<GssInitiation> CreateInitiatorAsync(GssInitiatorOptions options, CancellationToken cancellationToken) =>
        _system.CreateInitiatorAsync(options, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<GssCredential?> IdentifyAsync(GssCredential credential, CancellationToken cancellationToken) =>
        _system.IdentifyAsync(credential, cancellationToken);

    /// <inheritdoc/>
    public override GssContext? CreateAcceptor(GssAcceptorOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Options.Keytab is { } keytab
            ? new KeytabAcceptor(options, new KeytabAcceptorSettings { Keytab = keytab, MaxClockSkew = Options.MaxClockSkew, ReplayCache = ReplayCache })
            : _system.CreateAcceptor(options);
    }
}
