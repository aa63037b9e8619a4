package io.tranship.connectors;

import io.tranship.schemas.CatalogRecord.Model;
import io.tranship.schemas.WorkOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Says what each lane of a run does next.
///
/// A lane has one connection to each side and one statement at a time on each, so the limits of
/// both sides are kept by how many lanes there are, and by how many of them are at one source.
/// Models that wait come before help with one that is being loaded, so that what is long goes
/// beside what is short.
final class Workload {

    /// Each has connections, threads and rows on their way, and a runner has one small heap.
    static final int LANES_MAX = 8;

    private final Map<String, Integer> limits;
    private final int lanes;
    private final Map<String, Integer> lanesAt = new HashMap<>();
    private final Deque<Model> waiting;
    private final List<RangeLoad> loads = new ArrayList<>();
    private int running;

    /// What a lane does.
    sealed interface Task {

        Model model();

        /// All steps of a model.
        record Whole(Model model) implements Task {}

        /// Ranges of a model that another lane leads.
        record Help(RangeLoad load) implements Task {
            @Override
            public Model model() {
                return load.model();
            }
        }
    }

    Workload(WorkOrder order) {
        limits =
                order.sources().stream()
                        .collect(
                                Collectors.toMap(
                                        source -> source.id(),
                                        source ->
                                                Math.max(
                                                        1,
                                                        source.maxConcurrentQueriesPerTransfer())));
        // One source after the other, so that a lane connects to each once.
        waiting =
                order.models().stream()
                        .sorted(Comparator.comparing(Model::source).thenComparing(Model::name))
                        .collect(Collectors.toCollection(ArrayDeque::new));
        var atSources =
                order.models().stream()
                        .map(Model::source)
                        .distinct()
                        .mapToInt(source -> limits.getOrDefault(source, 1))
                        .sum();
        lanes =
                Math.clamp(
                        order.destination().maxConcurrentQueriesPerTransfer(),
                        1,
                        Math.clamp(atSources, 1, LANES_MAX));
    }

    /// As many as may ever work at once.
    int lanes() {
        return lanes;
    }

    /// Waits while there is nothing for this lane but may be later.
    ///
    /// @param at the source that the lane is connected to; null: none
    /// @return null: nothing will come
    synchronized @Nullable Task next(@Nullable String at) {
        var task = taskFor(at);
        while (task == null && (running > 0 || !waiting.isEmpty())) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return null;
            }
            task = taskFor(at);
        }
        if (task != null) {
            move(at, task.model().source());
        }
        return task;
    }

    private @Nullable Task taskFor(@Nullable String at) {
        for (var model : waiting) {
            if (hasRoom(model, at)) {
                waiting.remove(model);
                running++;
                return new Task.Whole(model);
            }
        }
        for (var load : loads) {
            if (load.isWaiting() && hasRoom(load.model(), at)) {
                load.joined();
                return new Task.Help(load);
            }
        }
        return null;
    }

    private boolean hasRoom(Model model, @Nullable String at) {
        var source = model.source();
        return source.equals(at)
                || lanesAt.getOrDefault(source, 0) < limits.getOrDefault(source, 1);
    }

    private void move(@Nullable String from, String to) {
        if (to.equals(from)) {
            return;
        }
        if (from != null) {
            lanesAt.merge(from, -1, Integer::sum);
        }
        lanesAt.merge(to, 1, Integer::sum);
        notifyAll();
    }

    /// The lane that leads a model lets others help, until [#withdraw].
    synchronized void offer(RangeLoad load) {
        loads.add(load);
        notifyAll();
    }

    synchronized void withdraw(RangeLoad load) {
        loads.remove(load);
    }

    /// Nothing that waits is done any more.
    synchronized void abandon() {
        waiting.clear();
        loads.clear();
        notifyAll();
    }

    /// A whole model has its result.
    synchronized void ended() {
        running--;
        notifyAll();
    }
}
