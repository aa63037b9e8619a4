package io.tranship.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/// What every command takes.
final class Options {

    @Option(
            names = "--home",
            paramLabel = "DIR",
            description = "folder of this installation (default: ~/.tranship)")
    private Path home = Path.of(System.getProperty("user.home"), ".tranship");

    @Option(names = "--json", description = "answer in JSON, for machines")
    private boolean isJson;

    Home home() {
        return Home.of(home);
    }

    boolean isJson() {
        return isJson;
    }
}
