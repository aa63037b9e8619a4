package io.tranship.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;

class CodecTest {

    @SeededTest(tries = 1000)
    void everyFactIsReadAsItWasWritten(RandomGenerator random) throws Exception {
        var fact = TransferFacts.anyFact(random);

        assertThat(FactCodec.decode(FactCodec.encode(fact))).isEqualTo(fact);
    }

    @SeededTest
    void everyTelemetryRecordIsReadAsItWasWritten(RandomGenerator random) throws Exception {
        var telemetry = TransferFacts.anyTelemetry(random);

        assertThat(TelemetryCodec.decode(TelemetryCodec.encode(telemetry))).isEqualTo(telemetry);
    }

    @SeededTest(tries = 500)
    void everyCatalogRecordIsReadAsItWasWritten(RandomGenerator random) throws Exception {
        var catalogRecord = CatalogRecords.any(random);

        assertThat(CatalogCodec.decode(CatalogCodec.encode(catalogRecord)))
                .isEqualTo(catalogRecord);
    }

    @SeededTest
    void everyWorkOrderIsReadAsItWasWritten(RandomGenerator random) throws Exception {
        var order = CatalogRecords.anyWorkOrder(random);

        assertThat(WorkOrderCodec.decode(WorkOrderCodec.encode(order))).isEqualTo(order);
    }

    @SeededTest
    void everyRequestIsReadAsItWasWritten(RandomGenerator random) throws Exception {
        var request = TransferFacts.anyRequest(random);

        assertThat(RequestCodec.decode(RequestCodec.encode(request), null)).isEqualTo(request);
        assertThat(RequestCodec.decode(RequestCodec.encodeJson(request), RequestCodec.JSON))
                .isEqualTo(request);
    }

    @SeededTest
    void whatIsEqualHasEqualBytes(RandomGenerator random) throws Exception {
        var fact = TransferFacts.anyFact(random);
        var bytes = FactCodec.encode(fact);

        assertThat(FactCodec.encode(FactCodec.decode(bytes))).isEqualTo(bytes);
    }

    @SeededTest(tries = 2000)
    void damagedBytesAreUndecodableOrAnotherRecordAndNothingElse(RandomGenerator random) {
        var bytes = FactCodec.encode(TransferFacts.anyFact(random));
        var damaged = damaged(random, bytes);

        try {
            assertThat(FactCodec.decode(damaged)).isNotNull();
        } catch (UndecodableException e) {
            assertThat(e).hasMessageMatching("(?s).{10,500}");
        }
    }

    @SeededTest(tries = 2000)
    void damagedRequestsAreUndecodableOrAnotherRequestAndNothingElse(RandomGenerator random) {
        var request = TransferFacts.anyRequest(random);
        var json = random.nextBoolean();
        var damaged =
                damaged(
                        random,
                        json ? RequestCodec.encodeJson(request) : RequestCodec.encode(request));

        try {
            var read = RequestCodec.decode(damaged, json ? RequestCodec.JSON : null);
            assertThat(
                            FactCodec.encode(
                                    new TransferFact.CancelRequested(
                                            read.transferId(), read.actor())))
                    .isNotEmpty();
            assertThat(RequestCodec.decode(RequestCodec.encode(read), null)).isEqualTo(read);
        } catch (UndecodableException e) {
            assertThat(e).hasMessageMatching("(?s).{10,500}");
        }
    }

    @Test
    void aRecordWithoutAValueIsUndecodable() {
        assertThatExceptionOfType(UndecodableException.class)
                .isThrownBy(() -> FactCodec.decode(null))
                .withMessageContaining("no value");
        assertThatExceptionOfType(UndecodableException.class)
                .isThrownBy(() -> WorkOrderCodec.decode(null));
    }

    @SeededTest(tries = 1000)
    void everyPrefixIsUndecodable(RandomGenerator random) {
        var bytes = CatalogCodec.encode(CatalogRecords.any(random));
        var prefix = Arrays.copyOf(bytes, random.nextInt(bytes.length));

        assertThatExceptionOfType(UndecodableException.class)
                .isThrownBy(() -> CatalogCodec.decode(prefix));
    }

    @SeededTest(tries = 1000)
    void randomBytesBehindAGoodHeaderAreNeverAnythingButUndecodable(RandomGenerator random) {
        var bytes =
                Arrays.copyOf(
                        WorkOrderCodec.encode(CatalogRecords.anyWorkOrder(random)),
                        10 + random.nextInt(300));
        var garbage = new byte[bytes.length - 10];
        random.nextBytes(garbage);
        System.arraycopy(garbage, 0, bytes, 10, garbage.length);

        assertThatExceptionOfType(UndecodableException.class)
                .isThrownBy(() -> WorkOrderCodec.decode(bytes));
    }

    @Test
    void anUnknownSchemaIsNamed() {
        var heartbeat = new byte[] {(byte) 0xc3, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9};

        assertThatThrownBy(() -> TelemetryCodec.decode(heartbeat))
                .isInstanceOf(UndecodableException.class)
                .hasMessage(
                        "schema 0807060504030201 is not one of a telemetry record;"
                                + " known are Heartbeat, LauncherRoom, Progress");
    }

    @Test
    void whatIsNoAvroIsNamedByItsFirstBytes() {
        assertThatThrownBy(() -> FactCodec.decode("hello world".getBytes(UTF_8)))
                .isInstanceOf(UndecodableException.class)
                .hasMessageContaining("11 bytes that begin with 68656c6c");
        assertThatThrownBy(() -> FactCodec.decode(new byte[0]))
                .isInstanceOf(UndecodableException.class)
                .hasMessageContaining("0 bytes");
    }

    @Test
    void aFactIsNoCatalogRecord() {
        var bytes = FactCodec.encode(new TransferFact.Expired(new TransferId(new UUID(1, 2))));

        assertThatThrownBy(() -> CatalogCodec.decode(bytes))
                .isInstanceOf(UndecodableException.class)
                .hasMessageContaining("is not one of a catalog record");
    }

    @Test
    void anAnnouncedLengthIsNotBelieved() throws Exception {
        var header =
                Arrays.copyOf(
                        FactCodec.encode(new TransferFact.Expired(new TransferId(new UUID(1, 2)))),
                        10);

        assertThatThrownBy(() -> FactCodec.decode(with(header, Integer.MAX_VALUE)))
                .isInstanceOf(UndecodableException.class)
                .hasMessage(
                        "TransferExpired: 2147483647 bytes are announced, 0 are left (at byte 15 of 15)");
    }

    @Test
    void anAnnouncedNumberOfItemsIsNotBelieved() throws Exception {
        var order = WorkOrderCodec.encode(CatalogRecords.anyWorkOrder(new SplittableRandom(1)));
        var target =
                RequestCodec.encode(
                        TransferRequest.plain(new TransferId(new UUID(1, 2)), "x", Actor.SCHEDULE));
        var models = 10 + 1 + 36 + 2;

        for (long count :
                new long[] {
                    Integer.MAX_VALUE, Long.MAX_VALUE, -Integer.MAX_VALUE, Long.MIN_VALUE
                }) {
            assertThatThrownBy(() ->
                            RequestCodec.decode(
                                    with(Arrays.copyOf(target, models), count, 0), null))
                    .isInstanceOf(UndecodableException.class)
                    .hasMessageContaining("a block of");
        }
        assertThat(order).isNotEmpty();
    }

    @Test
    void bytesAfterTheEndAreRefused() {
        var bytes = FactCodec.encode(new TransferFact.Expired(new TransferId(new UUID(1, 2))));

        assertThatThrownBy(() -> FactCodec.decode(Arrays.copyOf(bytes, bytes.length + 3)))
                .isInstanceOf(UndecodableException.class)
                .hasMessageContaining("3 bytes follow the end");
    }

    @Test
    void aTextThatNoDatabaseHoldsIsNotEvenWritten() {
        var fact = new TransferFact.Blocked(new TransferId(new UUID(1, 2)), 1, "a\0b", 1);

        assertThatThrownBy(() -> FactCodec.encode(fact))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("TransferBlocked cannot be written: a string with U+0000");
    }

    @Test
    void aSealedSecretIsNotInAnyMessage() {
        var secret = new Secret.Sealed("c2VhbGVk");

        assertThat(secret.toString()).doesNotContain("c2VhbGVk");
    }

    @Test
    void headersAreThoseOfCloudEventsInBinaryMode() {
        assertThat(CloudEventHeaders.of("TransferStarted", "worker-service", "1", null))
                .isEqualTo(
                        Map.of(
                                "ce_specversion", "1.0",
                                "ce_id", "1",
                                "ce_type", "io.tranship.TransferStarted",
                                "ce_source", "worker-service",
                                "content-type", "application/avro"));
    }

    /// Cut, with a bit turned, with bytes replaced or inserted.
    private static byte[] damaged(RandomGenerator random, byte[] bytes) {
        var damaged = bytes.clone();
        switch (random.nextInt(4)) {
            case 0 -> damaged = Arrays.copyOf(bytes, random.nextInt(bytes.length));
            case 1 -> damaged[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            case 2 -> damaged[10 + random.nextInt(bytes.length - 10)] = (byte) random.nextInt();
            default -> {
                var at = 10 + random.nextInt(bytes.length - 10);
                damaged =
                        ByteBuffer.allocate(bytes.length + 1)
                                .put(bytes, 0, at)
                                .put((byte) random.nextInt())
                                .put(bytes, at, bytes.length - at)
                                .array();
            }
        }
        return damaged;
    }

    private static byte[] with(byte[] header, long... numbers) throws IOException {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(header);
        var encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
        for (var number : numbers) {
            encoder.writeLong(number);
        }
        return bytes.toByteArray();
    }
}
