package io.tranship.benchmarks.data;

import io.tranship.servers.LocalPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// pgloader, from a view of the tenant's rows. Starting and connecting is part of its time.
record Pgloader(DataStand stand, Path program) implements Contender {

    /// It gives the table the view's name.
    private static final String VIEW = "invoices";

    @Override
    public String name() {
        return "backfill_pgloader";
    }

    @Override
    public boolean isSlow() {
        return true;
    }

    @Override
    public Taken carry() throws Exception {
        stand.makeLanding();
        var log = stand.log(name());
        var command = log.resolveSibling("pgloader.load");
        Files.writeString(command, command());
        var pgloader =
                new ProcessBuilder(
                        program.toString(),
                        "--quiet",
                        "--no-ssl-cert-verification",
                        "--root-dir",
                        log.resolveSibling("pgloader").toString(),
                        command.toString());
        var meter = Meter.begin(stand, Programs::endedSeconds);
        var peak = Programs.pipe(List.of(pgloader), log);
        return meter.endOfPrograms(peak);
    }

    /// With the 100,000 rows that it reads ahead by default it runs out of its heap of 1 GB.
    private String command() {
        return """
        load database
             from %s
             into %s
        with data only, on error stop, prefetch rows = 10000
        materialize views tenant.%s
        including only table names matching '%s' in schema 'tenant'
        alter schema 'tenant' rename to 'landing';
        """
                .formatted(
                        address(stand.sourceServer(), DataStand.SOURCE),
                        address(stand.destinationServer(), DataStand.DESTINATION),
                        VIEW,
                        VIEW);
    }

    private static String address(LocalPostgres server, String database) {
        return "pgsql://%s:%s@127.0.0.1:%d/%s"
                .formatted(LocalPostgres.USER, DataStand.PASSWORD, server.port(), database);
    }
}
