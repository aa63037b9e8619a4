package io.tranship.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DispatchConfigTest {

    @Test
    void everySettingHasASafeDefault() {
        assertThat(values(config(Map.of())))
                .isEqualTo(
                        Map.ofEntries(
                                Map.entry("kafka", "127.0.0.1:7404"),
                                Map.entry("topicPrefix", "tranship."),
                                Map.entry("httpPort", 7402),
                                Map.entry("expiry", Duration.ofHours(6)),
                                Map.entry("closing", Duration.ofMinutes(1)),
                                Map.entry("startBy", Duration.ofMinutes(10)),
                                Map.entry("unknownNames", Duration.ofSeconds(60)),
                                Map.entry("waitBound", Duration.ofMinutes(15)),
                                Map.entry("fleetMax", 1000),
                                Map.entry("tickMax", 500),
                                Map.entry("poll", Duration.ofMillis(500)),
                                Map.entry("upkeep", Duration.ofSeconds(5)),
                                Map.entry("remember", Duration.ofDays(8)),
                                Map.entry("selfFence", Duration.ofSeconds(30)),
                                Map.entry("longestCall", Duration.ofSeconds(15)),
                                Map.entry("clockError", Duration.ofSeconds(5)),
                                Map.entry("orphanAfter", Duration.ofSeconds(60)),
                                Map.entry("db", "127.0.0.1:7406/dispatch tranship ''")));
    }

    @Test
    void everySettingCanBeSet() {
        assertThat(
                        values(
                                config(
                                        Map.ofEntries(
                                                Map.entry("tranship.kafka", "k:1"),
                                                Map.entry("tranship.topic-prefix", "p."),
                                                Map.entry("tranship.http-port", "1"),
                                                Map.entry("tranship.expiry", "1s"),
                                                Map.entry("tranship.closing", "2s"),
                                                Map.entry("tranship.start-by", "3s"),
                                                Map.entry("tranship.unknown-names", "4s"),
                                                Map.entry("tranship.wait-bound", "5s"),
                                                Map.entry("tranship.fleet-max", "6"),
                                                Map.entry("tranship.tick-max", "7"),
                                                Map.entry("tranship.poll", "8s"),
                                                Map.entry("tranship.upkeep", "15s"),
                                                Map.entry("tranship.remember", "9s"),
                                                Map.entry("tranship.self-fence", "10s"),
                                                Map.entry("tranship.longest-call", "11s"),
                                                Map.entry("tranship.clock-error", "12s"),
                                                Map.entry("tranship.orphan-after", "13s"),
                                                Map.entry("tranship.db.host", "h"),
                                                Map.entry("tranship.db.port", "14"),
                                                Map.entry("tranship.db.name", "n"),
                                                Map.entry("tranship.db.user", "u"),
                                                Map.entry("tranship.db.password", "w")))))
                .isEqualTo(
                        Map.ofEntries(
                                Map.entry("kafka", "k:1"),
                                Map.entry("topicPrefix", "p."),
                                Map.entry("httpPort", 1),
                                Map.entry("expiry", Duration.ofSeconds(1)),
                                Map.entry("closing", Duration.ofSeconds(2)),
                                Map.entry("startBy", Duration.ofSeconds(3)),
                                Map.entry("unknownNames", Duration.ofSeconds(4)),
                                Map.entry("waitBound", Duration.ofSeconds(5)),
                                Map.entry("fleetMax", 6),
                                Map.entry("tickMax", 7),
                                Map.entry("poll", Duration.ofSeconds(8)),
                                Map.entry("upkeep", Duration.ofSeconds(15)),
                                Map.entry("remember", Duration.ofSeconds(9)),
                                Map.entry("selfFence", Duration.ofSeconds(10)),
                                Map.entry("longestCall", Duration.ofSeconds(11)),
                                Map.entry("clockError", Duration.ofSeconds(12)),
                                Map.entry("orphanAfter", Duration.ofSeconds(13)),
                                Map.entry("db", "h:14/n u 'w'")));
    }

    private static DispatchConfig config(Map<String, String> properties) {
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withConverter(
                        Duration.class,
                        200,
                        new io.quarkus.runtime.configuration.DurationConverter())
                .withSources(new PropertiesConfigSource(new HashMap<>(properties), "test", 100))
                .withMapping(DispatchConfig.class)
                .build()
                .getConfigMapping(DispatchConfig.class);
    }

    /// Each setting by its method's name, so that a new one fails here until it is listed.
    private static Map<String, Object> values(DispatchConfig config) {
        var values = new HashMap<String, Object>();
        for (var setting : DispatchConfig.class.getDeclaredMethods()) {
            try {
                values.put(setting.getName(), setting.invoke(config));
            } catch (ReflectiveOperationException e) {
                throw new LinkageError(setting.getName(), e);
            }
        }
        var db = config.db();
        values.put(
                "db",
                "%s:%d/%s %s '%s'"
                        .formatted(
                                db.host(),
                                db.port(),
                                db.name(),
                                db.user(),
                                db.password().orElse("")));
        return values;
    }
}
