package io.tranship.systemtests;

import io.tranship.servers.LocalKafka;
import io.tranship.servers.LocalKafka.Guard;
import io.tranship.servers.LocalPostgres;
import io.tranship.servers.LocalPostgres.Durability;
import io.tranship.servers.Ports;
import io.tranship.servers.TestServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A broker and a database that a test may kill, with the settings of production: every commit
/// reaches the disk.
record OwnServers(LocalKafka kafka, LocalPostgres postgres, String password)
        implements AutoCloseable {

    /// @param guard a way in for those with a password and a right
    static OwnServers start(Path folder, @Nullable Guard guard) {
        var password = UUID.randomUUID().toString();
        var kafka =
                new LocalKafka(
                        folder.resolve("kafka"),
                        Ports.free(),
                        Ports.free(),
                        ProcessHandle.current(),
                        guard);
        var postgres =
                new LocalPostgres(
                        folder.resolve("postgres"),
                        folder.resolve("cache"),
                        Ports.free(),
                        password,
                        Durability.DURABLE);
        kafka.launch();
        postgres.launch();
        kafka.awaitReady();
        postgres.awaitReady();
        return new OwnServers(kafka, postgres, password);
    }

    /// Everything that the broker held is gone.
    void replaceBroker(Path folder) {
        kafka.stop();
        try (var files = Files.walk(folder.resolve("kafka"))) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        kafka.start();
    }

    TestServers asTestServers() {
        return new TestServers(
                kafka.bootstrap(), "127.0.0.1", postgres.port(), LocalPostgres.USER, password);
    }

    @Override
    public void close() {
        postgres.stop();
        kafka.stop();
    }
}
