import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import jcifs.smb.NtlmPasswordAuthentication;
import jcifs.smb.SmbException;
import jcifs.smb.SmbFile;
import jcifs.smb.SmbFileInputStream;
import jcifs.smb.SmbFileOutputStream;

/**
 * A client that we did not write: libjcifs-java, which speaks SMB1.
 *
 * java -cp /usr/share/java/jcifs.jar JcifsClient.java smb://HOST:PORT/ SHARE PASSWORD FOLDER LOCAL BACK
 *
 * In SHARE a directory FOLDER is made: LOCAL is written there as kept.bin and read back into BACK; another copy is renamed, listed and deleted. Prints
 * what it finds on the way as lines NAME=VALUE; ends with 2 and the status when the server refuses.
 */
public class JcifsClient {
    public static void main(String[] arguments) throws Exception {
        NtlmPasswordAuthentication alice = new NtlmPasswordAuthentication("LAB", "alice", arguments[2]);
        byte[] local = Files.readAllBytes(Path.of(arguments[4]));
        try {
            String share = arguments[0] + arguments[1] + "/";
            System.out.println("shares=" + list(new SmbFile(arguments[0], alice)));
            System.out.println("top=" + list(new SmbFile(share, alice)));
            SmbFile folder = new SmbFile(share + arguments[3] + "/", alice);
            folder.mkdir();
            SmbFile kept = new SmbFile(folder, "kept.bin");
            SmbFile other = new SmbFile(folder, "other.bin");
            for (SmbFile file : new SmbFile[] { kept, other }) {
                try (OutputStream out = new SmbFileOutputStream(file)) {
                    out.write(local);
                }
            }
            try (InputStream in = new SmbFileInputStream(kept)) {
                Files.write(Path.of(arguments[5]), in.readAllBytes());
            }
            SmbFile renamed = new SmbFile(folder, "renamed.bin");
            other.renameTo(renamed);
            System.out.println("files=" + list(folder) + " of " + renamed.length());
            renamed.delete();
            System.out.println("left=" + list(folder));
        } catch (SmbException e) {
            System.out.printf("%08X %s%n", e.getNtStatus(), e.getMessage());
            System.exit(2);
        }
    }

    private static String list(SmbFile directory) throws SmbException {
        String[] names = directory.list();
        Arrays.sort(names);
        return String.join("/", names);
    }
}
