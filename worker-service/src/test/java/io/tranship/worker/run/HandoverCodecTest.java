package io.tranship.worker.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tranship.schemas.CatalogRecords;
import io.tranship.schemas.RunId;
import io.tranship.schemas.SeededTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class HandoverCodecTest {

    @SeededTest(tries = 50)
    void aRunnerReadsWhatItsLauncherWrote(RandomGenerator random) throws IOException {
        var handover = handover(random);
        var warmup = new Warmup(Map.of("bootstrap.servers", "k:1"), "t.");
        var pipe = new ByteArrayOutputStream();
        var out = new DataOutputStream(pipe);

        HandoverCodec.write(out, warmup);
        HandoverCodec.write(out, handover);
        var in = new DataInputStream(new ByteArrayInputStream(pipe.toByteArray()));

        assertThat(HandoverCodec.readWarmup(in)).isEqualTo(warmup);
        assertThat(HandoverCodec.readHandover(in)).isEqualTo(handover);
        assertThat(in.read()).isEqualTo(-1);
    }

    @Test
    void aFrameOfAnotherBuildIsRefused() {
        var in = new DataInputStream(new ByteArrayInputStream(new byte[64]));

        assertThatThrownBy(() -> HandoverCodec.readHandover(in))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("different builds");
    }

    @SeededTest(tries = 5)
    void aHandoverDoesNotPrintItsSecrets(RandomGenerator random) {
        assertThat(handover(random).toString()).doesNotContain("s3cr3t");
        assertThat(new Warmup(Map.of("sasl.jaas.config", "s3cr3t"), "t.").toString())
                .doesNotContain("s3cr3t");
    }

    private static Handover handover(RandomGenerator random) {
        return new Handover(
                CatalogRecords.anyWorkOrder(random),
                new RunId(new UUID(random.nextLong(), random.nextLong())),
                "launcher-1",
                "höst",
                Map.of("id", "s3cr3t ☃"),
                new RunnerTimes(
                        Duration.ofMillis(1),
                        Duration.ofMillis(2),
                        Duration.ofMillis(3),
                        Duration.ofMillis(4)),
                random.nextInt(1, 1000),
                Instant.ofEpochMilli(random.nextInt()));
    }
}
