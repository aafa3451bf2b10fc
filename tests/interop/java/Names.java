import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.Base64;
import javax.security.auth.x500.X500Principal;

/** What Java makes of distinguished names, one a line in base64: `der` shows encoded ones, `text` says which texts are any. */
public class Names {
    public static void main(String[] args) throws Exception {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        Base64.Decoder decoder = Base64.getDecoder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            byte[] bytes = decoder.decode(line);
            System.out.println(args[0].equals("der") ? shown(bytes) : isName(new String(bytes, "UTF-8")));
        }
    }

    static String shown(byte[] der) throws Exception {
        return Base64.getEncoder().encodeToString(new X500Principal(der).getName().getBytes("UTF-8"));
    }

    static boolean isName(String text) {
        try {
            new X500Principal(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
