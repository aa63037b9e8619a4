package io.tranship.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatusConfigTest {

    private static StatusConfig config(Map<String, String> settings) {
        return new SmallRyeConfigBuilder()
                .withConverter(Duration.class, 200, new DurationConverter())
                .withMapping(StatusConfig.class)
                .withSources(new PropertiesConfigSource(settings, "test", 100))
                .withValidateUnknown(true)
                .build()
                .getConfigMapping(StatusConfig.class);
    }

    @Test
    void everySettingHasASafeDefault() {
        var config = config(Map.of());

        assertThat(config.kafka()).isEqualTo("127.0.0.1:7404");
        assertThat(config.topicPrefix()).isEqualTo("tranship.");
        assertThat(config.httpPort()).isEqualTo(7400);
        assertThat(config.db().host()).isEqualTo("127.0.0.1");
        assertThat(config.db().port()).isEqualTo(7406);
        assertThat(config.db().name()).isEqualTo("status");
        assertThat(config.db().user()).isEqualTo("tranship");
        assertThat(config.db().password()).isEmpty();
        assertThat(config.beat()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.selfFence()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.longestCall()).isEqualTo(Duration.ofSeconds(15));
        assertThat(config.clockError()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.orphanAfter()).isEqualTo(Duration.ofSeconds(60));
        assertThat(config.closing()).isEqualTo(Duration.ofMinutes(1));
        assertThat(config.runMax()).isEqualTo(Duration.ofHours(24));
        assertThat(config.keep()).isEqualTo(Duration.ofDays(90));
        assertThat(config.sweep().runMargin()).isEqualTo(Duration.ofMinutes(15));
        assertThat(config.sweep().deafAfter()).isEqualTo(Duration.ofMinutes(5));
        assertThat(config.streamsMax()).isEqualTo(100);
        assertThat(config.streamPoll()).isEqualTo(Duration.ofMillis(250));
        assertThat(config.streamLife()).isEqualTo(Duration.ofMinutes(30));
        assertThat(config.sweep().enabled()).isTrue();
        assertThat(config.sweep().every()).isEqualTo(Duration.ofSeconds(2));
        assertThat(config.sweep().catchUp()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.sweep().transfersMax()).isEqualTo(500);
        assertThat(config.sweep().sayAgainAfter()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.sweep().forgottenAfter()).isEqualTo(Duration.ofDays(8));
        assertThat(config.sweep().beatsKept()).isEqualTo(Duration.ofDays(1));
    }

    @Test
    void theDefaultTimesGoTogether() {
        var config = config(Map.of());

        assertThat(
                        new Silence(
                                config.selfFence(),
                                config.longestCall(),
                                config.clockError(),
                                config.orphanAfter()))
                .isNotNull();
    }

    @Test
    void everySettingCanBeGiven() {
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
                                Map.entry("tranship.db.password", "w"),
                                Map.entry("tranship.beat", "1s"),
                                Map.entry("tranship.self-fence", "2s"),
                                Map.entry("tranship.longest-call", "3s"),
                                Map.entry("tranship.clock-error", "4s"),
                                Map.entry("tranship.orphan-after", "5s"),
                                Map.entry("tranship.closing", "6s"),
                                Map.entry("tranship.run-max", "16s"),
                                Map.entry("tranship.keep", "17s"),
                                Map.entry("tranship.sweep.run-margin", "18s"),
                                Map.entry("tranship.sweep.deaf-after", "19s"),
                                Map.entry("tranship.streams-max", "7"),
                                Map.entry("tranship.stream-poll", "8s"),
                                Map.entry("tranship.stream-life", "9s"),
                                Map.entry("tranship.sweep.enabled", "false"),
                                Map.entry("tranship.sweep.every", "10s"),
                                Map.entry("tranship.sweep.catch-up", "11s"),
                                Map.entry("tranship.sweep.transfers-max", "12"),
                                Map.entry("tranship.sweep.say-again-after", "13s"),
                                Map.entry("tranship.sweep.forgotten-after", "14s"),
                                Map.entry("tranship.sweep.beats-kept", "15s")));

        assertThat(config.kafka()).isEqualTo("k:1");
        assertThat(config.topicPrefix()).isEqualTo("p.");
        assertThat(config.httpPort()).isEqualTo(1);
        assertThat(config.db().host()).isEqualTo("h");
        assertThat(config.db().port()).isEqualTo(2);
        assertThat(config.db().name()).isEqualTo("n");
        assertThat(config.db().user()).isEqualTo("u");
        assertThat(config.db().password()).contains("w");
        assertThat(config.beat()).isEqualTo(Duration.ofSeconds(1));
        assertThat(config.selfFence()).isEqualTo(Duration.ofSeconds(2));
        assertThat(config.longestCall()).isEqualTo(Duration.ofSeconds(3));
        assertThat(config.clockError()).isEqualTo(Duration.ofSeconds(4));
        assertThat(config.orphanAfter()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.closing()).isEqualTo(Duration.ofSeconds(6));
        assertThat(config.runMax()).isEqualTo(Duration.ofSeconds(16));
        assertThat(config.keep()).isEqualTo(Duration.ofSeconds(17));
        assertThat(config.sweep().runMargin()).isEqualTo(Duration.ofSeconds(18));
        assertThat(config.sweep().deafAfter()).isEqualTo(Duration.ofSeconds(19));
        assertThat(config.streamsMax()).isEqualTo(7);
        assertThat(config.streamPoll()).isEqualTo(Duration.ofSeconds(8));
        assertThat(config.streamLife()).isEqualTo(Duration.ofSeconds(9));
        assertThat(config.sweep().enabled()).isFalse();
        assertThat(config.sweep().every()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.sweep().catchUp()).isEqualTo(Duration.ofSeconds(11));
        assertThat(config.sweep().transfersMax()).isEqualTo(12);
        assertThat(config.sweep().sayAgainAfter()).isEqualTo(Duration.ofSeconds(13));
        assertThat(config.sweep().forgottenAfter()).isEqualTo(Duration.ofSeconds(14));
        assertThat(config.sweep().beatsKept()).isEqualTo(Duration.ofSeconds(15));
    }
}
