#if !NET
namespace System.Runtime.InteropServices;

/// <summary>System.Runtime.InteropServices.NativeLibrary, as far as it is used here.</summary>
internal static class NativeLibrary
{
    private const int ResolveNow = 2;

    private static readonly bool IsWindows = RuntimeInformation.IsOSPlatform(OSPlatform.Windows);

    public static bool TryLoad(string name, out IntPtr handle)
    {
        try
        {
            handle = IsWindows ? LoadLibrary(name) : DlOpen(name, ResolveNow);
        }
        catch (DllNotFoundException)
        {
            handle = IntPtr.Zero;
        }

        return handle != IntPtr.Zero;
    }

    public static bool TryGetExport(IntPtr handle, string name, out IntPtr address)
    {
        address = IsWindows ? GetProcAddress(handle, name) : DlSym(handle, name);
        return address != IntPtr.Zero;
    }

    [DllImport("libdl.so.2", EntryPoint = "dlopen")]
    private static extern IntPtr DlOpen(string name, int flags);

    [DllImport("libdl.so.2", EntryPoint = "dlsym")]
    private static extern IntPtr DlSym(IntPtr handle, string name);

    [DllImport("kernel32", EntryPoint = "LoadLibraryW", CharSet = CharSet.Unicode)]
    private static extern IntPtr LoadLibrary(string name);

    [DllImport("kernel32", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern IntPtr GetProcAddress(IntPtr module, string name);
}
#endif
