package io.tranship.worker.run;

import java.util.Map;

/// What a runner is told before there is a transfer for it.
///
/// @param kafka settings of the Kafka client, the broker's address among them
public record Warmup(Map<String, String> kafka, String topicPrefix) {

    public Warmup {
        kafka = Map.copyOf(kafka);
    }

    /// Without the client's settings: they may hold a secret.
    @Override
    public String toString() {
        return "Warmup[topicPrefix=%s]".formatted(topicPrefix);
    }
}
