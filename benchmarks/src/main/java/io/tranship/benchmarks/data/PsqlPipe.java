package io.tranship.benchmarks.data;

import io.tranship.servers.LocalPostgres;
import java.nio.file.Path;
import java.util.List;

/// `psql` to `psql` by a pipe: the limit of what a client can do. Starting and connecting is part
/// of its time.
///
/// @param format of COPY, `binary` or `text`
record PsqlPipe(DataStand stand, Path psql, String format) implements Contender {

    @Override
    public String name() {
        return "backfill_psql_" + format;
    }

    @Override
    public boolean isSlow() {
        return format.equals("text");
    }

    @Override
    public Taken carry() throws Exception {
        stand.makeLanding();
        var out =
                "copy (%s) to stdout (format %s)"
                        .formatted(stand.set().select(), format)
                        .replaceAll("\\s+", " ");
        var in =
                "copy %s (%s) from stdin (format %s)"
                        .formatted(DataStand.LANDING, TenantSet.columns(), format);
        var pipe =
                List.of(
                        psql(stand.sourceServer(), DataStand.SOURCE, out),
                        psql(stand.destinationServer(), DataStand.DESTINATION, in));
        var meter = Meter.begin(stand, Programs::endedSeconds);
        var peak = Programs.pipe(pipe, stand.log(name()));
        return meter.endOfPrograms(peak);
    }

    private ProcessBuilder psql(LocalPostgres server, String database, String sql) {
        var program =
                new ProcessBuilder(
                        psql.toString(),
                        "--no-psqlrc",
                        "--quiet",
                        "--set=ON_ERROR_STOP=1",
                        "--host=127.0.0.1",
                        "--port=" + server.port(),
                        "--username=" + LocalPostgres.USER,
                        "--dbname=" + database,
                        "--command=" + sql);
        program.environment().put("PGPASSWORD", DataStand.PASSWORD);
        return program;
    }
}
