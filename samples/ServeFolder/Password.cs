using System;
using System.Text;

namespace ServeFolder;

/// <summary>Where the password comes from: the environment, or whoever sits at the terminal.</summary>
internal static class Password
{
    /// <exception cref="FormatException">There is none, and nobody to ask.</exception>
    public static string Get(string variable, string user)
    {
        string? password = Environment.GetEnvironmentVariable(variable);
        if (string.IsNullOrEmpty(password) && !Console.IsInputRedirected)
        {
            password = Ask($"Password for {user}: ");
        }

        return string.IsNullOrEmpty(password)
            ? throw new FormatException($"The environment variable {variable} holds no password.")
            : password;
    }

    private static string Ask(string question)
    {
        Console.Error.Write(question);
        StringBuilder typed = new();
        while (true)
        {
            ConsoleKeyInfo key = Console.ReadKey(intercept: true);
            switch (key.Key)
            {
                case ConsoleKey.Enter:
                    Console.Error.WriteLine();
                    return typed.ToString();

                case ConsoleKey.Backspace:
                    typed.Length = Math.Max(typed.Length - 1, 0);
                    break;

                default:
                    if (key.KeyChar != '\0')
                    {
                        typed.Append(key.KeyChar);
                    }

                    break;
            }
        }
    }
}
