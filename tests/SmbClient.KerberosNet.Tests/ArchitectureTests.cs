using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using Xunit;

namespace SmbClient.KerberosNet.Tests;

/// <summary>What the package promises to those who use it.</summary>
public sealed class ArchitectureTests
{
    /// <summary>Another version of Kerberos.NET must not be another version of ours.</summary>
    [Fact]
    public void KerberosNetIsNotInThePublicApi()
    {
        IEnumerable<Type> mentioned = typeof(KerberosNetMechanism).Assembly.GetExportedTypes()
            .SelectMany(t => t.GetMembers(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(m => m is MethodBase { IsPublic: true } or MethodBase { IsFamily: true } or PropertyInfo)
            .SelectMany(m => m switch
            {
                MethodInfo method => method.GetParameters().Select(p => p.ParameterType).Append(method.ReturnType),
                ConstructorInfo constructor => constructor.GetParameters().Select(p => p.ParameterType),
                PropertyInfo { GetMethod.IsPublic: true } property => [property.PropertyType],
                _ => [],
            })
            .SelectMany(t => t.GetGenericArguments().Append(t));
        Assert.DoesNotContain(mentioned, t => t.Assembly.GetName().Name == "Kerberos.NET");
    }

    [Fact]
    public void OnlyTheMechanismAndItsOptionsArePublic() =>
        Assert.Equal([nameof(KerberosNetMechanism), nameof(KerberosNetOptions)], typeof(KerberosNetMechanism).Assembly.GetExportedTypes().Select(t => t.Name).Order());

    /// <summary>The seam is for packages of others, which see nothing internal.</summary>
    [Fact]
    public void TheSeamIsEnough() =>
        Assert.DoesNotContain(
            typeof(SmbConnection).Assembly.GetCustomAttributes<System.Runtime.CompilerServices.InternalsVisibleToAttribute>(),
            a => a.AssemblyName.StartsWith("SmbClient.KerberosNet", StringComparison.Ordinal));
}
