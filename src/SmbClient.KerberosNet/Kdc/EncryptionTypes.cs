using System.Collections.Generic;
using System.Linq;
using Kerberos.NET.Configuration;
using Kerberos.NET.Crypto;

namespace SmbClient.KerberosNet.Kdc;

/// <summary>
/// The encryption types of this package: AES, [RFC3962] and [RFC8009]. RC4 is left out everywhere, because Kerberos.NET has its hash, MD4, on Windows only and
/// because of what RC4 is.
/// </summary>
internal static class EncryptionTypes
{
    /// <summary>The preferred first. The older types come first because every KDC has them, and they are as strong as the session needs.</summary>
    public static IReadOnlyList<EncryptionType> Supported { get; } =
    [
        EncryptionType.AES256_CTS_HMAC_SHA1_96,
        EncryptionType.AES128_CTS_HMAC_SHA1_96,
        EncryptionType.AES256_CTS_HMAC_SHA384_192,
        EncryptionType.AES128_CTS_HMAC_SHA256_128,
    ];

    /// <summary>The library's settings for TGS requests with these types.</summary>
    public static Krb5Config Configuration { get; } = MakeConfiguration();

    public static bool IsSupported(EncryptionType type) => Supported.Contains(type);

    private static Krb5Config MakeConfiguration()
    {
        Krb5Config configuration = Krb5Config.Default();
        configuration.Defaults.DefaultTgsEncTypes.Clear();
        foreach (EncryptionType type in Supported)
        {
            configuration.Defaults.DefaultTgsEncTypes.Add(type);
        }

        return configuration;
    }
}
