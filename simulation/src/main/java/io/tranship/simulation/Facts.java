package io.tranship.simulation;

import io.tranship.schemas.CloudEventHeaders;
import io.tranship.schemas.FactCodec;
import io.tranship.schemas.Telemetry;
import io.tranship.schemas.TelemetryCodec;
import io.tranship.schemas.TransferFact;
import io.tranship.simulation.Topic.Entry;
import java.util.Map;
import java.util.function.Consumer;

/// How launchers and runners speak.
public final class Facts {

    public static final Map<String, String> HEADERS =
            CloudEventHeaders.of("Fact", "simulation", "id", null);

    private Facts() {}

    public static void say(
            Link link, Network network, TransferFact fact, Consumer<Entry> acknowledged) {
        link.send(
                network.transfers(),
                fact.transferId().toString(),
                FactCodec.encode(fact),
                HEADERS,
                acknowledged);
    }

    public static void tell(
            Link link,
            Network network,
            String key,
            Telemetry telemetry,
            Consumer<Entry> acknowledged) {
        link.send(
                network.telemetry(), key, TelemetryCodec.encode(telemetry), HEADERS, acknowledged);
    }
}
