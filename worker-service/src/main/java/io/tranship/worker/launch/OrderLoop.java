package io.tranship.worker.launch;

import io.tranship.schemas.RunEnd;
import io.tranship.schemas.RunId;
import io.tranship.schemas.TransferFact;
import io.tranship.schemas.TransferFact.Finished;
import io.tranship.schemas.TransferFact.Started;
import io.tranship.schemas.UndecodableException;
import io.tranship.schemas.UuidV7;
import io.tranship.schemas.WorkOrder;
import io.tranship.schemas.WorkOrderCodec;
import io.tranship.worker.run.LogPublisher;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/// Takes one order after the other: receives it, asks the log whether it may be run, says Started,
/// asks the log whether that was the first, and hands it on.
final class OrderLoop {

    private static final System.Logger LOG = System.getLogger(OrderLoop.class.getName());
    private static final Duration STEP = Duration.ofMillis(500);

    /// An order without its Dispatched in the log goes back after this long, so that it does not
    /// hold up the others.
    private static final Duration DISPATCHED_WITHIN = Duration.ofSeconds(10);

    private final LauncherSettings settings;
    private final OrderConsumer orders;
    private final LogTailConsumer tail;
    private final LogPublisher publisher;
    private final RunnerLoop runners;
    private final LaunchMetrics metrics;
    private final InstantSource clock;
    private final RandomGenerator random;

    OrderLoop(
            LauncherSettings settings,
            OrderConsumer orders,
            LogTailConsumer tail,
            LogPublisher publisher,
            RunnerLoop runners,
            LaunchMetrics metrics,
            InstantSource clock,
            RandomGenerator random) {
        this.settings = settings;
        this.orders = orders;
        this.tail = tail;
        this.publisher = publisher;
        this.runners = runners;
        this.metrics = metrics;
        this.clock = clock;
        this.random = random;
    }

    /// At most one order. Without room, none.
    void tick() throws InterruptedException {
        if (!runners.takeRoom(STEP)) {
            return;
        }
        var launched = false;
        try {
            var received = orders.next(Duration.ofSeconds(1));
            if (received.isPresent() && !runners.takesOrders()) {
                orders.release();
            } else if (received.isPresent()) {
                launched = on(received.get());
            }
        } finally {
            if (!launched) {
                runners.giveRoomBack();
            }
        }
    }

    private boolean on(ConsumerRecord<byte[], byte[]> received) throws InterruptedException {
        WorkOrder order;
        try {
            order = WorkOrderCodec.decode(received.value());
        } catch (UndecodableException e) {
            bury(received, String.valueOf(e.getMessage()));
            return false;
        }
        tail.keep(order.transferId());
        var launched = false;
        try {
            launched = claim(order);
        } finally {
            if (!launched) {
                tail.release(order.transferId());
            }
        }
        return launched;
    }

    private boolean claim(WorkOrder order) throws InterruptedException {
        var decision = decide(order);
        return switch (decision) {
            case Claim.Decision.Take _ -> start(order);
            case Claim.Decision.Drop drop -> {
                settle(order, drop.reason().name(), orders::accept);
                yield false;
            }
            case Claim.Decision.EndAsStopped _ -> {
                say(new Finished(order.transferId(), order.epoch(), null, RunEnd.STOPPED, null));
                settle(order, "cancelled", orders::accept);
                yield false;
            }
            case Claim.Decision.WaitForTail _ -> {
                settle(order, "given_back", orders::release);
                yield false;
            }
        };
    }

    /// Each delivery of an order counts, and a share group gives an order up after a few: so a
    /// broker that does not answer, and a tail that is behind, are waited for with the order in
    /// hand.
    private Claim.Decision decide(WorkOrder order) throws InterruptedException {
        var ends = ends(order.startBy());
        BooleanSupplier caughtUp = () -> ends.isPresent() && tail.hasPassed(ends.get());
        var _ = poll(caughtUp::getAsBoolean, false, order.startBy());
        return poll(
                () ->
                        Claim.onOrder(
                                order,
                                tail.state(order.transferId()),
                                caughtUp.getAsBoolean(),
                                clock.instant()),
                new Claim.Decision.WaitForTail(),
                clock.instant().plus(DISPATCHED_WITHIN));
    }

    private Optional<Map<TopicPartition, Long>> ends(Instant until) throws InterruptedException {
        while (clock.instant().isBefore(until)) {
            try {
                return Optional.of(tail.ends());
            } catch (KafkaException e) {
                LOG.log(System.Logger.Level.WARNING, "event=log_end_unknown retried=true", e);
                renew();
                Thread.sleep(STEP);
            }
        }
        return Optional.empty();
    }

    private boolean start(WorkOrder order) throws InterruptedException {
        var startedAt = clock.instant();
        var run = new RunId(UuidV7.draw(startedAt, random));
        var saidAt =
                say(
                        new Started(
                                order.transferId(),
                                order.epoch(),
                                run,
                                settings.launcher(),
                                settings.host()));
        var end =
                Map.of(new TopicPartition(saidAt.topic(), saidAt.partition()), saidAt.offset() + 1);
        var verdict =
                poll(
                        () ->
                                Claim.afterStarted(
                                        run, tail.state(order.transferId()), tail.hasPassed(end)),
                        Claim.Verdict.WAIT_FOR_TAIL,
                        Instant.MAX);
        return switch (verdict) {
            case RUN -> {
                // The log has decided; that nobody else is to get the order only saves work.
                runners.launch(order, run, startedAt);
                settle(order, "taken", orders::accept);
                yield true;
            }
            case DROP -> {
                settle(order, "lost", orders::accept);
                yield false;
            }
            case END_AS_STOPPED -> {
                say(new Finished(order.transferId(), order.epoch(), run, RunEnd.STOPPED, null));
                settle(order, "cancelled", orders::accept);
                yield false;
            }
            case WAIT_FOR_TAIL -> throw new IllegalStateException("waits without end");
        };
    }

    /// Asks again after every batch of the tail, and keeps the order meanwhile.
    private <T> T poll(Supplier<T> question, T wait, Instant until) throws InterruptedException {
        while (true) {
            var _ = tail.await(() -> !question.get().equals(wait), STEP);
            var answer = question.get();
            if (!answer.equals(wait) || clock.instant().isAfter(until)) {
                return answer;
            }
            renew();
        }
    }

    /// Says it again until it is acknowledged: the same fact, so that twice is harmless.
    private RecordMetadata say(TransferFact fact) throws InterruptedException {
        return acknowledged(() -> publisher.say(fact));
    }

    private RecordMetadata acknowledged(Supplier<CompletableFuture<RecordMetadata>> send)
            throws InterruptedException {
        var sent = send.get();
        while (true) {
            try {
                return sent.get(STEP.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException _) {
                renew();
            } catch (ExecutionException e) {
                LOG.log(System.Logger.Level.WARNING, "event=say_again", e.getCause());
                renew();
                Thread.sleep(STEP);
                sent = send.get();
            }
        }
    }

    /// An order that could not be renewed may go to another launcher, which finds in the log
    /// whether it was taken.
    private void renew() {
        try {
            if (orders.renewWhenDue()) {
                metrics.renewal();
            }
        } catch (KafkaException e) {
            LOG.log(System.Logger.Level.WARNING, "event=order_not_renewed", e);
        }
    }

    private void bury(ConsumerRecord<byte[], byte[]> received, String reason)
            throws InterruptedException {
        acknowledged(() -> publisher.bury(received, reason));
        orders.reject();
        metrics.undecodable("work-orders");
        LOG.log(
                System.Logger.Level.WARNING,
                "event=order_undecodable offset={0,number,#} deadLetters={1}",
                received.offset(),
                settings.topics().deadLetters(received.topic()));
    }

    private void settle(WorkOrder order, String what, BooleanSupplier settling) {
        var inTime = isSettled(settling);
        metrics.order(what);
        LOG.log(
                System.Logger.Level.INFO,
                () ->
                        "event=order_%s transferId=%s epoch=%d inTime=%s"
                                .formatted(
                                        what.toLowerCase(Locale.ROOT),
                                        order.transferId(),
                                        order.epoch(),
                                        inTime));
    }

    /// Whether the broker took it decides nothing: the order comes again, and the log knows it.
    private static boolean isSettled(BooleanSupplier settling) {
        try {
            return settling.getAsBoolean();
        } catch (KafkaException e) {
            LOG.log(System.Logger.Level.WARNING, "event=order_not_settled", e);
            return false;
        }
    }
}
