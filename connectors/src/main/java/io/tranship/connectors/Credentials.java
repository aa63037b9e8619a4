package io.tranship.connectors;

import java.util.Map;

/// The passwords of one transfer, in the clear: of its destination and of each source that it
/// reads.
///
/// @param passwords by id of the source or destination
public record Credentials(Map<String, String> passwords) {

    public Credentials {
        passwords = Map.copyOf(passwords);
    }

    /// @throws IllegalArgumentException naming the id that has none
    public String of(String id) {
        var password = passwords.get(id);
        if (password == null) {
            throw new IllegalArgumentException(
                    "no password was given for endpoint %s; the launcher resolves one for each"
                            .formatted(id));
        }
        return password;
    }

    @Override
    public String toString() {
        return "Credentials[of %s]".formatted(passwords.keySet());
    }
}
