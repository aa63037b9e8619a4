package io.tranship.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SchedulerConfigTest {

    @Test
    void everythingHasADefault() {
        var config = config(Map.of());

        assertThat(config.kafka()).isEqualTo("127.0.0.1:7404");
        assertThat(config.topicPrefix()).isEqualTo("tranship.");
        assertThat(config.httpPort()).isEqualTo(7401);
        assertThat(config.db().host()).isEqualTo("127.0.0.1");
        assertThat(config.db().port()).isEqualTo(7406);
        assertThat(config.db().name()).isEqualTo("scheduler");
        assertThat(config.db().user()).isEqualTo("tranship");
        assertThat(config.fleetKeyFile())
                .isEqualTo(Path.of(System.getProperty("user.home"), ".tranship", "fleet.key"));
        assertThat(config.dueEvery()).isEqualTo(Duration.ofSeconds(1));
        assertThat(config.keepEvery()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.jitter()).isZero();
        assertThat(config.retry().first()).isEqualTo(Duration.ofMinutes(1));
        assertThat(config.retry().max()).isEqualTo(Duration.ofHours(1));
        assertThat(config.retry().refreshMax()).isEqualTo(Duration.ofDays(1));
        assertThat(config.expiry()).isEqualTo(Duration.ofHours(6));
        assertThat(config.runMax()).isEqualTo(Duration.ofHours(24));
        assertThat(config.silence()).isEqualTo(Duration.ofHours(1));
        assertThat(config.checkTimeout()).isEqualTo(Duration.ofSeconds(20));
        assertThat(config.checksMax()).isEqualTo(8);
        assertThat(config.answersKept()).isEqualTo(Duration.ofHours(24));
        assertThat(config.bodyBytesMax()).isEqualTo(1_048_576);
    }

    @Test
    void everythingCanBeSet() {
        var config =
                config(
                        Map.ofEntries(
                                Map.entry("tranship.kafka", "k:1"),
                                Map.entry("tranship.topic-prefix", "p."),
                                Map.entry("tranship.http-port", "1"),
                                Map.entry("tranship.db.host", "h"),
                                Map.entry("tranship.db.port", "2"),
                                Map.entry("tranship.db.name", "n"),
                                Map.entry("tranship.db.user", "u"),
                                Map.entry("tranship.fleet-key-file", "/k"),
                                Map.entry("tranship.due-every", "3s"),
                                Map.entry("tranship.keep-every", "8s"),
                                Map.entry("tranship.jitter", "9s"),
                                Map.entry("tranship.retry.first", "10s"),
                                Map.entry("tranship.retry.max", "11s"),
                                Map.entry("tranship.retry.refresh-max", "12s"),
                                Map.entry("tranship.expiry", "13s"),
                                Map.entry("tranship.run-max", "14s"),
                                Map.entry("tranship.silence", "15s"),
                                Map.entry("tranship.check-timeout", "4s"),
                                Map.entry("tranship.checks-max", "5"),
                                Map.entry("tranship.answers-kept", "6h"),
                                Map.entry("tranship.body-bytes-max", "7")));

        assertThat(config.kafka()).isEqualTo("k:1");
        assertThat(config.topicPrefix()).isEqualTo("p.");
        assertThat(config.httpPort()).isEqualTo(1);
        assertThat(config.db().host()).isEqualTo("h");
        assertThat(config.db().port()).isEqualTo(2);
        assertThat(config.db().name()).isEqualTo("n");
        assertThat(config.db().user()).isEqualTo("u");
        assertThat(config.fleetKeyFile()).isEqualTo(Path.of("/k"));
        assertThat(config.dueEvery()).isEqualTo(Duration.ofSeconds(3));
        assertThat(config.keepEvery()).isEqualTo(Duration.ofSeconds(8));
        assertThat(config.jitter()).isEqualTo(Duration.ofSeconds(9));
        assertThat(config.retry().first()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.retry().max()).isEqualTo(Duration.ofSeconds(11));
        assertThat(config.retry().refreshMax()).isEqualTo(Duration.ofSeconds(12));
        assertThat(config.expiry()).isEqualTo(Duration.ofSeconds(13));
        assertThat(config.runMax()).isEqualTo(Duration.ofSeconds(14));
        assertThat(config.silence()).isEqualTo(Duration.ofSeconds(15));
        assertThat(config.checkTimeout()).isEqualTo(Duration.ofSeconds(4));
        assertThat(config.checksMax()).isEqualTo(5);
        assertThat(config.answersKept()).isEqualTo(Duration.ofHours(6));
        assertThat(config.bodyBytesMax()).isEqualTo(7);
    }

    private static SchedulerConfig config(Map<String, String> values) {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withMapping(SchedulerConfig.class)
                .withConverter(Duration.class, 200, new DurationConverter())
                .withDefaultValues(values)
                .withDefaultValue("user.home", System.getProperty("user.home"))
                .build()
                .getConfigMapping(SchedulerConfig.class);
    }
}
