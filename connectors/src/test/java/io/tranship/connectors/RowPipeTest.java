package io.tranship.connectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tranship.schemas.ErrorCode;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class RowPipeTest {

    private final RowPipe pipe =
            new RowPipe(
                    "m",
                    1 << 17,
                    1 << 20,
                    new ProgressReport(
                            "m", new Results(), InstantSource.system(), Duration.ofDays(1)));

    @Test
    void everyByteComesOutInOrder() {
        var writer =
                CompletableFuture.runAsync(() -> {
                    for (var i = 0; i < 100_000; i++) {
                        pipe.put(new byte[] {(byte) i, (byte) (i >> 8), (byte) (i >> 16)});
                    }
                    pipe.put(new byte[1 << 18]);
                    pipe.end();
                });
        var i = 0;
        var bytes = 0;
        for (var block = pipe.take(); block != null; block = pipe.take()) {
            bytes += block.remaining();
            while (i < 100_000 && block.remaining() >= 3) {
                assertThat((block.get() & 0xFF) | (block.get() & 0xFF) << 8 | block.get() << 16)
                        .isEqualTo(i);
                i++;
            }
        }
        writer.join();

        assertThat(bytes).isEqualTo(300_000 + (1 << 18));
        assertThat(pipe.rowsSoFar()).isEqualTo(100_001);
    }

    @Test
    void aWriterWaitsWhileThePipeIsFull() {
        var put = new CountDownLatch(1);
        var writer =
                CompletableFuture.runAsync(() -> {
                    for (var i = 0; i < 10; i++) {
                        pipe.put(new byte[1 << 16]);
                    }
                    put.countDown();
                    pipe.end();
                });
        assertThat(pipe.take()).isNotNull();
        assertThat(put.getCount()).isOne();
        while (pipe.take() != null) {
            assertThat(pipe.bytesSoFar()).isLessThanOrEqualTo(10 << 16);
        }
        writer.join();
        assertThat(put.getCount()).isZero();
    }

    @Test
    void aReaderThatGivesUpFreesTheWriter() {
        var writer =
                CompletableFuture.runAsync(() -> {
                    while (true) {
                        pipe.put(new byte[1 << 16]);
                    }
                });
        assertThat(pipe.take()).isNotNull();

        pipe.abandon();

        assertThatThrownBy(writer::join).hasCauseInstanceOf(RowPipe.Abandoned.class);
    }

    @Test
    void theSourcesFailureComesOutAtTheOtherEnd() {
        pipe.fail(new TransferFailure(ErrorCode.SOURCE_FAILED, "gone"));

        assertThatThrownBy(pipe::take).isInstanceOf(TransferFailure.class).hasMessage("gone");
    }
}
