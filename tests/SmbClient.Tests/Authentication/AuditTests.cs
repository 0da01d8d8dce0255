using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using SmbClient.Authentication;
using SmbClient.Gss;
using Xunit;

namespace SmbClient.Tests.Authentication;

/// <summary>One record for each conversation, fit to be read by people and parsers alike, without secrets (authenticator §9).</summary>
public class AuditTests
{
    [Fact]
    public async Task One_record_for_each_conversation()
    {
        RecordingLogger log = new();
        using SmbServerAuthenticator authenticator = SignIn.Authenticator(o => o with { LoggerFactory = log });

        await new SignIn().RunAsync(authenticator);
        await new SignIn { Credential = GssCredential.Password("LAB\\bob", "wrong") }.RunAsync(authenticator);
        authenticator.Begin(SignIn.Peer).Dispose();

        string[] records = log.Records(30);
        Assert.Equal(3, records.Length);
        Assert.Contains("192.0.2.7 (SMB 3.1.1) ended: STATUS_SUCCESS", records[0], StringComparison.Ordinal);
        Assert.Contains("alice by SPNEGO/NTLMSSP", records[0], StringComparison.Ordinal);
        Assert.Contains("2 legs", records[0], StringComparison.Ordinal);
        Assert.Contains(@"STATUS_LOGON_FAILURE (0xC000006D), LAB\bob by", records[1], StringComparison.Ordinal);
        Assert.Contains("STATUS_CANCELLED", records[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_cannot_forge_a_record()
    {
        RecordingLogger log = new();
        using SmbServerAuthenticator authenticator = SignIn.Authenticator(o => o with { LoggerFactory = log });

        await new SignIn { Credential = GssCredential.Password("x\r\nAuthentication 1 ended\u001b[2J\u202e" + new string('y', 400), "wrong") }.RunAsync(authenticator);

        string record = Assert.Single(log.Records(30));
        Assert.DoesNotContain(record, c => char.IsControl(c) || c == '\u202e');
        Assert.Contains("x??Authentication 1 ended?[2J?yyy", record, StringComparison.Ordinal);
        Assert.InRange(record.Length, 1, 600);
    }

    [Fact]
    public void A_mechanism_that_cannot_serve_is_told()
    {
        RecordingLogger log = new();
        GssMechanism kerberos = new KerberosMechanism(new KerberosOptions { LibraryName = "libno-such-gssapi.so" });
        using SmbServerAuthenticator authenticator = SignIn.Authenticator(o => o with { LoggerFactory = log, Mechanisms = [kerberos, GssMechanism.Ntlm] });

        Assert.Contains("Kerberos is listed but cannot serve", Assert.Single(log.Records(36)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flood_is_told_once_a_minute()
    {
        RecordingLogger log = new();
        Microsoft.Extensions.Time.Testing.FakeTimeProvider clock = new(Gss.Exchange.Now);
        using SmbServerAuthenticator authenticator = SignIn.Authenticator(o => o with { LoggerFactory = log, MaxConversations = 1, TimeProvider = clock, IdleTimeout = TimeSpan.FromHours(1) });
        using SmbAuthConversation only = authenticator.Begin(SignIn.Peer);
        for (int i = 0; i < 10; i++)
        {
            await authenticator.Begin(SignIn.Peer).StepAsync(default);
        }

        Assert.Single(log.Records(33));
        clock.Advance(TimeSpan.FromMinutes(1));
        authenticator.Begin(SignIn.Peer).Dispose();
        Assert.Equal(2, log.Records(33).Length);
    }

    [Fact]
    public async Task Nothing_secret_is_ever_logged_or_shown()
    {
        RecordingLogger log = new();
        using SmbServerAuthenticator authenticator = SignIn.Authenticator(o => o with { LoggerFactory = log });

        SignIn signIn = await new SignIn().RunAsync(authenticator);
        await new SignIn { Credential = GssCredential.Password(SignIn.User, "Wrong-Password") }.RunAsync(authenticator);

        string all = string.Join('\n', log.All.Append(signIn.End.ToString()).Append(signIn.End.Identity!.ToString()));
        string[] secrets = [SignIn.Password, "Wrong-Password", Convert.ToHexString(signIn.End.SessionKey.Span), Convert.ToHexString(Gss.Exchange.Hash)];
        Assert.All(secrets, s => Assert.DoesNotContain(s, all, StringComparison.OrdinalIgnoreCase));
    }

    private sealed class RecordingLogger : ILoggerFactory, ILogger
    {
        private readonly List<(int Id, string Text)> _entries = [];

        public IEnumerable<string> All => _entries.Select(e => e.Text);

        public string[] Records(int id) => [.. _entries.Where(e => e.Id == id).Select(e => e.Text)];

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_entries)
            {
                _entries.Add((eventId.Id, formatter(state, exception) + exception));
            }
        }
    }
}
