package io.tranship.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class JsonCodecTest {

    @Test
    void malformedJsonIsPlacedAndNeverQuoted() {
        assertThat(problem("{\n  \"password\": canary\n}").detail())
                .startsWith("line 2, column")
                .contains("this is not JSON")
                .doesNotContain("canary");
        assertThat(problem("{\"a\": 1").detail()).contains("ends too early");
        assertThat(problem("{\"a\": 1, \"a\": 2}").detail()).contains("a field is given twice");
        assertThat(problem("{} {}").detail()).contains("this is not JSON");
        assertThat(problem("[]").detail()).isEqualTo("the body is JSON, but not an object");
        assertThat(problem("nothing").status()).isEqualTo(400);
    }

    @Test
    void aBodyOverTheLimitIsRefused() {
        var e =
                catchThrowableOfType(
                        ProblemException.class, () -> JsonCodec.object(new byte[11], 10));

        assertThat(e.problem().status()).isEqualTo(413);
        assertThat(e.problem().detail()).contains("11 bytes; at most 10");
    }

    @Test
    void anEmptyBodyIsAnEmptyObject() {
        assertThat(JsonCodec.object(new byte[0], 10)).isEmpty();
        assertThat(JsonCodec.object(null, 10)).isEmpty();
    }

    @Test
    void aFingerprintIgnoresOrderAndPasswords() {
        var one = object("{\"a\": 1, \"p\": {\"password\": \"x\", \"b\": 2}}");
        var other = object("{\"p\": {\"b\": 2, \"password\": \"y\"}, \"a\": 1}");

        assertThat(JsonCodec.fingerprint(one)).isEqualTo(JsonCodec.fingerprint(other));
        assertThat(JsonCodec.fingerprint(one))
                .isNotEqualTo(JsonCodec.fingerprint(object("{\"a\": 2}")));
    }

    private static Problem problem(String body) {
        return catchThrowableOfType(ProblemException.class, () -> object(body)).problem();
    }

    private static Map<?, ?> object(String body) {
        return JsonCodec.object(body.getBytes(StandardCharsets.UTF_8), 1000);
    }
}
