using System;
using System.Collections.Generic;
using System.Formats.Asn1;
using System.Linq;
using SmbClient.Wire;

namespace SmbClient.Gss.Kerberos.Messages;

/// <summary>PrincipalName, [RFC4120] 5.2.2: a name without its realm.</summary>
internal sealed class KerberosPrincipal
{
    /// <summary>NT-PRINCIPAL: a user.</summary>
    public const int UserType = 1;

    /// <summary>NT-SRV-INST: a service on a host.</summary>
    public const int ServiceType = 2;

    /// <summary>NT-ENTERPRISE: user@realm in one component, [RFC6806] 5.</summary>
    public const int EnterpriseType = 10;

    private const int MaxComponents = 16;

    public KerberosPrincipal(int type, params IReadOnlyList<string> components)
    {
        Type = type;
        Components = components;
    }

    public int Type { get; }

    public IReadOnlyList<string> Components { get; }

    public static KerberosPrincipal Read(AsnReader reader)
    {
        KerberosSequence fields = KerberosSequence.Read(reader);
        List<string> components = fields.Value(1, r => KerberosDer.List(r, KerberosDer.Text));
        return components.Count is > 0 and <= MaxComponents
            ? new KerberosPrincipal(fields.Int32(0), components)
            : throw new MalformedMessageException($"A name of {components.Count} components");
    }

    public void Write(AsnWriter writer) => KerberosDer.WriteSequence(writer, w =>
    {
        KerberosDer.WriteInteger(w, 0, Type);
        KerberosDer.Write(w, 1, list => KerberosDer.WriteSequence(list, items =>
        {
            foreach (string component in Components)
            {
                KerberosDer.WriteText(items, component);
            }
        }));
    });

    /// <summary>The same components; the type is a hint and does not count ([RFC4120] 6.2).</summary>
    public bool Equals(KerberosPrincipal other, StringComparison comparison) =>
        Components.Count == other.Components.Count && Components.Zip(other.Components, (a, b) => string.Equals(a, b, comparison)).All(same => same);

    public override string ToString() => string.Join("/", Components);
}
