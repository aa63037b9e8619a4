package io.tranship.scheduler;

import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// Runs calls at the same time, each on a thread of its own: the common pool of a machine with two
/// cores has one thread and would run them one after another.
final class AtOnce {

    private AtOnce() {}

    static <T> List<T> run(int number, IntFunction<T> call) {
        var start = new CyclicBarrier(number);
        return IntStream.range(0, number)
                .mapToObj(i ->
                        CompletableFuture.supplyAsync(
                                () -> {
                                    await(start);
                                    return call.apply(i);
                                },
                                task -> Thread.ofPlatform().start(task)))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();
    }

    private static void await(CyclicBarrier start) {
        try {
            start.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new IllegalStateException(e);
        }
    }
}
