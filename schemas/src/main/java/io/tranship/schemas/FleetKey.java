package io.tranship.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Seals secrets of the catalog: AES-256-GCM with a random 96-bit nonce (NIST SP 800-38D).
///
/// scheduler-service and launchers hold it; nobody else can read what is sealed.
public final class FleetKey {

    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecretKeySpec key;

    private FleetKey(byte[] key) {
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException(
                    "a fleet key has %d bytes, not %d".formatted(KEY_BYTES, key.length));
        }
        this.key = new SecretKeySpec(key, "AES");
    }

    public static FleetKey of(byte[] key) {
        return new FleetKey(key);
    }

    /// Reads the key (Base64) from `file`; makes one, readable by its owner only, when there is
    /// none.
    public static FleetKey readOrCreate(Path file) throws IOException {
        if (!Files.exists(file)) {
            create(file);
        }
        try {
            return new FleetKey(Base64.getDecoder().decode(Files.readString(file).strip()));
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "%s is not a fleet key (%d bytes as Base64)".formatted(file, KEY_BYTES), e);
        }
    }

    /// Another process may make it at the same time: the whole file appears at once, and the first
    /// one stays.
    private static void create(Path file) throws IOException {
        var key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        var folder = file.toAbsolutePath().getParent();
        Files.createDirectories(folder);
        var draft =
                Files.createTempFile(
                        folder,
                        file.getFileName().toString(),
                        ".draft",
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
        try {
            try (var bytes = FileChannel.open(draft, StandardOpenOption.WRITE)) {
                bytes.write(UTF_8.encode(Base64.getEncoder().encodeToString(key) + "\n"));
                // What is sealed under a key that a power cut took is lost.
                bytes.force(true);
            }
            Files.createLink(file, draft);
        } catch (FileAlreadyExistsException _) {
            // The other one's key is the key.
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    public Secret.Sealed seal(String plain) {
        var nonce = new byte[NONCE_BYTES];
        new SecureRandom().nextBytes(nonce);
        try {
            var box = cipher(Cipher.ENCRYPT_MODE, nonce).doFinal(plain.getBytes(UTF_8));
            var sealed = Arrays.copyOf(nonce, NONCE_BYTES + box.length);
            System.arraycopy(box, 0, sealed, NONCE_BYTES, box.length);
            return new Secret.Sealed(Base64.getEncoder().encodeToString(sealed));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK cannot seal with AES-GCM", e);
        }
    }

    /// @throws IllegalArgumentException when it was sealed under another key, or changed since
    public String unseal(Secret.Sealed sealed) {
        var bytes = decoded(sealed);
        var nonce = Arrays.copyOf(bytes, NONCE_BYTES);
        try {
            var plain =
                    cipher(Cipher.DECRYPT_MODE, nonce)
                            .doFinal(bytes, NONCE_BYTES, bytes.length - NONCE_BYTES);
            return new String(plain, UTF_8);
        } catch (AEADBadTagException e) {
            throw new IllegalArgumentException(
                    "a sealed secret does not open with this fleet key; save it again under this key",
                    e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK cannot open AES-GCM", e);
        }
    }

    private static byte[] decoded(Secret.Sealed sealed) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(sealed.ciphertext());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("a sealed secret is not Base64; save it again", e);
        }
        if (bytes.length < NONCE_BYTES + TAG_BITS / Byte.SIZE) {
            throw new IllegalArgumentException(
                    "a sealed secret of %d bytes is cut off; save it again"
                            .formatted(bytes.length));
        }
        return bytes;
    }

    private Cipher cipher(int mode, byte[] nonce) throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        return cipher;
    }
}
