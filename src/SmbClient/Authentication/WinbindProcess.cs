using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using SmbClient.Crypto;
using SmbClient.Gss;

namespace SmbClient.Authentication;

/// <summary>
/// One ntlm_auth that speaks ntlm-server-1 (ntlm_auth(1)): lines <c>Name: value</c>, or <c>Name:: base64</c>, up to a line with a dot, in both directions.
/// </summary>
internal sealed class WinbindProcess : IDisposable
{
    private const string End = ".";
    private const int MaxLines = 32;
    private const int ShortResponse = 24;

    private readonly Process _process;
    private readonly WinbindOptions _options;

    public WinbindProcess(WinbindOptions options)
    {
        _options = options;
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(options.Program, "--helper-protocol=ntlm-server-1")
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
                CreateNoWindow = true,
            },
        };
        try
        {
            _process.Start();
            _process.BeginErrorReadLine();
        }
        catch
        {
            _process.Dispose();
            throw;
        }
    }

    /// <summary>True while the helper has answered every question, whole.</summary>
    public bool IsUsable { get; private set; } = true;

    /// <summary>The answer, or null where the helper has died.</summary>
    public async Task<NtlmAccountAnswer?> AskAsync(NtlmAccountRequest request, CancellationToken cancellationToken)
    {
        IsUsable = false;
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<List<string>?> asked = ExchangeAsync(Question(request));
        await Task.WhenAny(asked, Task.Delay(_options.Timeout, _options.TimeProvider, limit.Token)).ConfigureAwait(false);
        limit.Cancel();
        if (!asked.IsCompleted)
        {
            // The exchange ends with the pipes; whoever inherited those from the helper may keep them open for longer.
            Kill();
            cancellationToken.ThrowIfCancellationRequested();
            return NtlmAccountAnswer.Unavailable("winbind took too long");
        }

        if (await asked.ConfigureAwait(false) is not { } lines)
        {
            return null;
        }

        NtlmAccountAnswer answer = WinbindReply.Read(lines, request, out bool isWhole);
        IsUsable = isWhole;
        return answer;
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    private static string Question(NtlmAccountRequest request)
    {
        StringBuilder question = new();
        Add("LANMAN-Challenge", Hex.Encode(request.Challenge.Span));
        if (request.NtResponse.Length >= ShortResponse)
        {
            Add("NT-Response", Hex.Encode(request.NtResponse.Span));
        }

        // LMv2 is not worth a second try; and zeros stand for no response.
        if (request.LmResponse.Length == ShortResponse && request.NtResponse.Length <= ShortResponse)
        {
            Add("LANMAN-Response", Hex.Encode(request.LmResponse.Span));
        }

        Add("Username:", Convert.ToBase64String(Encoding.UTF8.GetBytes(request.User)));
        if (request.Domain.Length > 0)
        {
            Add("NT-Domain:", Convert.ToBase64String(Encoding.UTF8.GetBytes(request.Domain)));
        }

        Add("Request-User-Session-Key", "Yes");
        return question.Append(".\n").ToString();

        void Add(string name, string value) => question.Append(name).Append(": ").Append(value).Append('\n');
    }

    private async Task<List<string>?> ExchangeAsync(string question)
    {
        try
        {
            await _process.StandardInput.WriteAsync(question).ConfigureAwait(false);
            await _process.StandardInput.FlushAsync().ConfigureAwait(false);
            List<string> lines = [];
            while (await _process.StandardOutput.ReadLineAsync().ConfigureAwait(false) is { } line)
            {
                if (line != End)
                {
                    lines.Add(line);
                }
                else if (lines.Count > 0)
                {
                    return lines;
                }

                // A dot before anything else belongs to a refusal before: ntlm_auth ends those with two.
                if (lines.Count == MaxLines)
                {
                    return lines;
                }
            }

            return null;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            return null;
        }
    }

    private void Kill()
    {
        try
        {
            if (!_process.HasExited)
            {
                _process.Kill();
            }
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It has just ended by itself.
        }
    }
}
