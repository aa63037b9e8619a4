package io.tranship.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class ErrorCodeTest {

    @Test
    void theDocumentListsExactlyTheCodes() throws IOException {
        var rows =
                Files.readAllLines(Path.of("../docs/errors.md")).stream()
                        .filter(line -> line.startsWith("| TRN-"))
                        .map(line ->
                                line.substring(0, line.lastIndexOf('|', line.length() - 2) + 1))
                        .toList();

        assertThat(rows)
                .containsExactlyElementsOf(
                        Arrays.stream(ErrorCode.values())
                                .map(e ->
                                        "| %s | %s | %s |"
                                                .formatted(
                                                        e.code(),
                                                        e.title(),
                                                        e.blame().name().toLowerCase(Locale.ROOT)))
                                .toList());
    }

    @Test
    void everyCodeSaysWhatToDo() throws IOException {
        assertThat(Files.readAllLines(Path.of("../docs/errors.md")))
                .filteredOn(line -> line.startsWith("| TRN-"))
                .allMatch(line -> line.matches("\\| TRN-\\d{3} \\|[^|]+\\|[^|]+\\|[^|]{15,}\\|"));
    }

    @Test
    void noCodeIsGivenTwice() {
        assertThat(ErrorCode.values()).extracting(ErrorCode::code).doesNotHaveDuplicates();
        assertThat(ErrorCode.values()).extracting(ErrorCode::title).doesNotHaveDuplicates();
    }

    @Test
    void anErrorCarriesItsCode() {
        assertThat(ErrorCode.RUNNER_DIED.error("exit code 1"))
                .isEqualTo(
                        new TransferError(
                                "TRN-504", "The runner died", Blame.PLATFORM, "exit code 1"));
    }
}
