package io.tranship.schemas;

import java.io.IOException;
import java.io.Serial;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Opens secrets, as far as the process that it works for may: a catalog names variables and files,
/// and whoever edits one also names the server that a password is sent to.
///
/// @param process how messages name it
/// @param environment its variables
/// @param folder only files in it are secrets; null: all that the process can read
/// @param prefix only variables whose names begin so are secrets
public record SecretResolver(
        String process,
        KeyFile key,
        UnaryOperator<@Nullable String> environment,
        @Nullable Path folder,
        String prefix) {

    private static final long FILE_BYTES_MAX = 65_536;

    /// Where the fleet's key is, which another process may make first.
    public interface KeyFile {
        FleetKey read() throws IOException;
    }

    /// A secret that is not there, in words for whoever saved it.
    public static final class Unresolvable extends Exception {
        @Serial private static final long serialVersionUID = 1;

        private Unresolvable(String message) {
            super(message, null, false, false);
        }
    }

    /// May read a file.
    public String resolve(Secret secret) throws Unresolvable {
        return switch (secret) {
            case Secret.Env(var name) -> variable(name);
            case Secret.File(var path) -> file(path);
            case Secret.Sealed sealed -> unsealed(sealed);
        };
    }

    private String variable(String name) throws Unresolvable {
        if (!name.startsWith(prefix)) {
            throw new Unresolvable(
                    "%s takes no environment variable %s for a secret, as tranship.secrets.prefix is %s; give the variable a name that begins so"
                            .formatted(process, name, prefix));
        }
        var value = environment.apply(name);
        if (value == null) {
            throw new Unresolvable(
                    "%s has no environment variable %s; set it in the environment that starts scheduler-service and the launchers, then restart them"
                            .formatted(process, name));
        }
        return value;
    }

    private String file(String path) throws Unresolvable {
        try {
            var file = Path.of(path);
            // First by its name alone: whether a file is there is nobody's business either.
            if (folder != null && !whole(file).startsWith(whole(folder))) {
                throw notInFolder(path);
            }
            if (!Files.isRegularFile(file)) {
                throw unusable(path, "there is no such file");
            }
            // A link in the folder is as good as what it leads to.
            if (folder != null && !file.toRealPath().startsWith(folder.toRealPath())) {
                throw notInFolder(path);
            }
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw unusable(path, "it has more than %d bytes".formatted(FILE_BYTES_MAX));
            }
            var text = Files.readString(file, StandardCharsets.UTF_8);
            return text.endsWith("\r\n")
                    ? text.substring(0, text.length() - 2)
                    : text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        } catch (IOException | IllegalArgumentException e) {
            throw unusable(path, "it cannot be read (%s)".formatted(e.getClass().getSimpleName()));
        }
    }

    private static Path whole(Path path) {
        return path.toAbsolutePath().normalize();
    }

    private Unresolvable notInFolder(String path) {
        return unusable(path, "it is not in tranship.secrets.folder, " + folder);
    }

    private Unresolvable unusable(String path, String reason) {
        return new Unresolvable(
                "%s cannot use the file %s on its host: %s; put it there, readable by scheduler-service and the launchers"
                        .formatted(process, path, reason));
    }

    private String unsealed(Secret.Sealed sealed) throws Unresolvable {
        try {
            return key.read().unseal(sealed);
        } catch (IOException e) {
            throw new Unresolvable(
                    "%s cannot read the fleet key (%s); set tranship.fleet-key-file"
                            .formatted(process, e.getMessage()));
        } catch (IllegalArgumentException _) {
            throw new Unresolvable(
                    "%s has another fleet key than the one that sealed this password; give it that key file, or save the password again"
                            .formatted(process));
        }
    }
}
