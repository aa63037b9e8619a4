package io.tranship.benchmarks.data;

/// One way to carry the tenant's rows into an empty table with its key in place.
sealed interface Contender permits BareLoop, JdbcBatches, Pgloader, PsqlPipe, TranshipBackfill {

    /// Of its figure.
    String name();

    /// Whether it takes so long, or matters so little, that it does not take part in every round.
    boolean isSlow();

    /// The destination is empty, and both servers are at rest.
    Taken carry() throws Exception;
}
