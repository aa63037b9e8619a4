package io.tranship.servers;

import java.util.concurrent.TimeUnit;
import kafka.Kafka;

/// The broker's `main`: Kafka's own, which ends when the process that wanted it is gone.
public final class BrokerProcess {

    private BrokerProcess() {}

    /// @param args the parent's process id, then the broker's properties file
    public static void main(String[] args) throws Exception {
        var parent = Long.parseLong(args[0]);
        Thread.ofPlatform().daemon().name("parent-watch").start(() -> watch(parent));
        Kafka.main(new String[] {args[1]});
    }

    private static void watch(long parent) {
        while (ProcessHandle.of(parent).isPresent()) {
            try {
                TimeUnit.SECONDS.sleep(1);
            } catch (InterruptedException _) {
                return;
            }
        }
        Runtime.getRuntime().halt(0);
    }
}
