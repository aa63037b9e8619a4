package io.tranship.cli;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;

/// Which port of the loopback belongs to whom: seven in a row.
record PortPlan(int base) {

    static final int DEFAULT_BASE = 7400;
    private static final int LAST = 65_529;

    PortPlan {
        if (base < 1024 || base > LAST) {
            throw CliException.wrongUse(
                    "--port-base %d is not from 1024 to %d".formatted(base, LAST));
        }
    }

    int status() {
        return base;
    }

    int scheduler() {
        return base + 1;
    }

    int dispatch() {
        return base + 2;
    }

    int worker() {
        return base + 3;
    }

    int kafka() {
        return base + 4;
    }

    int controller() {
        return base + 5;
    }

    int postgres() {
        return base + 6;
    }

    URI statusAddress() {
        return http(status());
    }

    URI schedulerAddress() {
        return http(scheduler());
    }

    /// Who listens where, in the order of the ports.
    Map<String, Integer> all() {
        var all = new LinkedHashMap<String, Integer>();
        all.put("status-service", status());
        all.put("scheduler-service", scheduler());
        all.put("dispatch-service", dispatch());
        all.put("worker-service", worker());
        all.put("Kafka", kafka());
        all.put("Kafka's controller", controller());
        all.put("PostgreSQL", postgres());
        return all;
    }

    /// As users see it.
    Map<String, String> addresses() {
        var addresses = new LinkedHashMap<String, String>();
        addresses.put("kafka", "127.0.0.1:" + kafka());
        addresses.put("postgresql", "127.0.0.1:" + postgres());
        addresses.put("scheduler-service", http(scheduler()).toString());
        addresses.put("dispatch-service", http(dispatch()).toString());
        addresses.put("worker-service", http(worker()).toString());
        addresses.put("status-service", http(status()).toString());
        return addresses;
    }

    private static URI http(int port) {
        return URI.create("http://127.0.0.1:" + port);
    }
}
