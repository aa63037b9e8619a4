package io.tranship.scheduler;

import io.smallrye.mutiny.Uni;
import io.tranship.connectors.EndpointCheck;
import io.tranship.connectors.Finding;
import io.tranship.connectors.Severity;
import io.tranship.scheduler.Findings.Found;
import io.tranship.scheduler.LiveChecks.Check;
import io.tranship.schemas.Endpoint;
import io.tranship.schemas.ErrorCode;
import io.tranship.schemas.SecretResolver;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/// Asks live databases whether they suit the catalog. On virtual threads, a few at a time and for a
/// bounded time: a database that does not answer costs the caller that time and nobody else
/// anything.
@ApplicationScoped
class EndpointProbe {

    private static final Logger LOG = Logger.getLogger(EndpointProbe.class);

    private final SecretStore secrets;
    private final Duration timeout;
    private final Semaphore places;
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("probe-", 0).factory());

    EndpointProbe(SecretStore secrets, SchedulerConfig config) {
        this.secrets = secrets;
        this.timeout = config.checkTimeout();
        this.places = new Semaphore(config.checksMax(), true);
    }

    @PreDestroy
    void close() {
        threads.shutdownNow();
    }

    /// What each check found, in their order. Comes on a thread of its own: whoever goes on with a
    /// database transaction must return to an event loop.
    Uni<List<Found>> ask(List<Check> checks) {
        return checks.isEmpty()
                ? Uni.createFrom().item(List.of())
                : Uni.createFrom()
                        .completionStage(
                                () -> CompletableFuture.supplyAsync(() -> all(checks), threads));
    }

    /// A report of one check, as JSON.
    Uni<String> test(Check check) {
        return ask(List.of(check))
                .map(found -> JsonCodec.text(TestReport.of(found.getFirst().findings())));
    }

    private List<Found> all(List<Check> checks) {
        try {
            var tasks =
                    checks.stream()
                            .<Callable<List<Finding>>>map(check -> () -> one(check))
                            .toList();
            var answers = threads.invokeAll(tasks, timeout.toMillis(), TimeUnit.MILLISECONDS);
            var found = new ArrayList<Found>();
            for (var i = 0; i < checks.size(); i++) {
                found.add(new Found(checks.get(i), answer(checks.get(i), answers.get(i))));
            }
            return found;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while databases were asked", e);
        }
    }

    private List<Finding> answer(Check check, Future<List<Finding>> answer)
            throws InterruptedException {
        try {
            return answer.get();
        } catch (CancellationException _) {
            return List.of(
                    error(
                            "postgres",
                            unreachable(check),
                            "%s did not answer within %d s; check address, network and load"
                                    .formatted(address(check.endpoint()), timeout.toSeconds())));
        } catch (ExecutionException e) {
            LOG.errorf(
                    e.getCause(), "connection test failed address=%s", address(check.endpoint()));
            return List.of(
                    error(
                            "postgres",
                            ErrorCode.INTERNAL_ERROR,
                            "the test of %s failed; the log of scheduler-service says why"
                                    .formatted(address(check.endpoint()))));
        }
    }

    private List<Finding> one(Check check) throws InterruptedException {
        places.acquire();
        try {
            return switch (check) {
                case Check.OfSource(_, var source, var models, var tenants) ->
                        EndpointCheck.source(
                                source.endpoint(), password(source.endpoint()), models, tenants);
                case Check.OfDestination(_, var destination, var models) ->
                        EndpointCheck.destination(
                                destination.endpoint(),
                                password(destination.endpoint()),
                                models,
                                destination.readers());
            };
        } catch (SecretResolver.Unresolvable e) {
            return List.of(
                    error("postgres.password", ErrorCode.SECRET_NOT_RESOLVABLE, e.getMessage()));
        } finally {
            places.release();
        }
    }

    private String password(Endpoint endpoint) throws SecretResolver.Unresolvable {
        return switch (endpoint) {
            case Endpoint.Postgres postgres -> secrets.resolve(postgres.password());
        };
    }

    private static Finding error(String field, ErrorCode code, String message) {
        return new Finding(Severity.ERROR, field, code.error(message));
    }

    private static ErrorCode unreachable(Check check) {
        return switch (check) {
            case Check.OfSource _ -> ErrorCode.SOURCE_UNREACHABLE;
            case Check.OfDestination _ -> ErrorCode.DESTINATION_UNREACHABLE;
        };
    }

    private static String address(Endpoint endpoint) {
        return switch (endpoint) {
            case Endpoint.Postgres postgres -> "%s:%d".formatted(postgres.host(), postgres.port());
        };
    }
}
