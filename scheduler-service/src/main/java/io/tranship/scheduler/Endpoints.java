package io.tranship.scheduler;

import io.tranship.schemas.Endpoint;
import io.tranship.schemas.Endpoint.Postgres;
import io.tranship.schemas.Endpoint.Postgres.SslMode;
import io.tranship.schemas.Secret;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/// Says what a vendor and its block mean. A plain secret is sealed here, so that nothing behind
/// this class has ever seen one.
final class Endpoints {

    /// @param keepsSecret the stored secret is to stay; the one in `endpoint` is only a placeholder
    record Read(Endpoint endpoint, boolean keepsSecret) {}

    static final Map<String, SslMode> SSL_MODES =
            Map.of(
                    "disable", SslMode.DISABLE,
                    "allow", SslMode.ALLOW,
                    "prefer", SslMode.PREFER,
                    "require", SslMode.REQUIRE,
                    "verify-ca", SslMode.VERIFY_CA,
                    "verify-full", SslMode.VERIFY_FULL);

    private static final String POSTGRES = "postgres";
    private static final int POSTGRES_PORT = 5432;
    private static final Secret PLACEHOLDER = new Secret.Sealed("");
    private static final Pattern HOST = Pattern.compile("[^\\s/@]+");
    private static final String PASSWORD = "password";
    private static final String SECRET_FORMS =
            "give {\"env\": NAME}, {\"file\": PATH} or the text itself, which is then sealed";

    private final Function<String, Secret.Sealed> seal;

    Endpoints(Function<String, Secret.Sealed> seal) {
        this.seal = seal;
    }

    /// Reads `vendor` and the block that it names.
    Read read(Fields fields) {
        var vendor =
                fields.required("vendor")
                        ? fields.word("vendor", Map.of(POSTGRES, POSTGRES), POSTGRES)
                        : POSTGRES;
        if (!fields.required(vendor)) {
            return read(Fields.of(Map.of(), fields.path(), new Faults()), true);
        }
        var block = fields.object(vendor);
        return block == null
                ? read(Fields.of(Map.of(), fields.path(), new Faults()), true)
                : read(block, false);
    }

    private Read read(Fields block, boolean silent) {
        var keeps =
                block.raw(PASSWORD) instanceof Map<?, ?> map
                        && Boolean.TRUE.equals(map.get("sealed"));
        var postgres =
                new Postgres(
                        host(block),
                        block.integer("port", 1, 65_535, POSTGRES_PORT),
                        block.text("database"),
                        block.text("schema", "public"),
                        block.text("username"),
                        silent ? PLACEHOLDER : secret(block),
                        block.word("ssl_mode", SSL_MODES, SslMode.PREFER),
                        block.textOrNull("ssl_root_cert"));
        block.done();
        return new Read(postgres, keeps);
    }

    private static String host(Fields block) {
        var host = block.text("host");
        if (!host.isEmpty() && !HOST.matcher(host).matches()) {
            block.fault("host", "'%s' is no host name or address".formatted(host));
        }
        return host;
    }

    /// Messages never show the value: it may be the secret itself, put in the wrong form.
    private Secret secret(Fields block) {
        return switch (block.raw(PASSWORD)) {
            case null -> {
                block.fault(PASSWORD, "is missing; " + SECRET_FORMS);
                yield PLACEHOLDER;
            }
            case String plain when plain.length() <= Fields.TEXT_CHARS_MAX -> seal.apply(plain);
            case String plain -> {
                block.fault(
                        PASSWORD,
                        "has %d characters, at most %d are allowed"
                                .formatted(plain.length(), Fields.TEXT_CHARS_MAX));
                yield PLACEHOLDER;
            }
            case Map<?, ?> map when map.size() == 1 && map.get("env") instanceof String name ->
                    reference(block, name, new Secret.Env(name));
            case Map<?, ?> map when map.size() == 1 && map.get("file") instanceof String path ->
                    reference(block, path, new Secret.File(path));
            case Map<?, ?> map when map.size() == 1 && Boolean.TRUE.equals(map.get("sealed")) ->
                    PLACEHOLDER;
            case Object _ -> {
                block.fault(PASSWORD, "is not in a form that is known; " + SECRET_FORMS);
                yield PLACEHOLDER;
            }
        };
    }

    private static Secret reference(Fields block, String text, Secret reference) {
        if (text.isBlank() || text.length() > Fields.TEXT_CHARS_MAX || text.indexOf('\0') >= 0) {
            block.fault(PASSWORD, "refers to nothing that could exist; " + SECRET_FORMS);
            return PLACEHOLDER;
        }
        return reference;
    }
}
