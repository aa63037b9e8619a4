package io.tranship.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// The folder of one installation on this machine. Only its owner may look into it.
record Home(Path folder) {

    static Home of(Path folder) {
        return new Home(folder.toAbsolutePath().normalize());
    }

    Home make() {
        try {
            Files.createDirectories(folder);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            Files.createDirectories(logs());
        } catch (IOException e) {
            throw CliException.failed(
                    "%s cannot be used as home: %s; choose another with --home"
                            .formatted(folder, e));
        }
        return this;
    }

    Path state() {
        return folder.resolve("stack.json");
    }

    Path lock() {
        return folder.resolve("lock");
    }

    Path secrets() {
        return folder.resolve("secrets.properties");
    }

    Path fleetKey() {
        return folder.resolve("fleet.key");
    }

    Path kafka() {
        return folder.resolve("kafka");
    }

    Path postgres() {
        return folder.resolve("postgres");
    }

    Path cache() {
        return folder.resolve("cache");
    }

    Path scratch() {
        return folder.resolve("scratch");
    }

    Path logs() {
        return folder.resolve("logs");
    }

    Path log(String name) {
        return logs().resolve(name + ".log");
    }
}
