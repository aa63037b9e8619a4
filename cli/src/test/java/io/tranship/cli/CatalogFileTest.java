package io.tranship.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CatalogFileTest {

    @TempDir Path folder;

    @Test
    void aWrongIndentationNamesFileLineAndColumnAndTheWayOut() {
        assertRefused("sources:\n  - name: app\n   vendor: postgres\n")
                .hasMessageContaining("catalog.yaml:3:4")
                .hasMessageContaining("indentation")
                .hasMessageContaining("nothing was sent");
    }

    @Test
    void aNameGivenTwiceIsRefusedWhereItStands() {
        assertRefused("sources:\n  - name: app\n    name: other\n")
                .hasMessageContaining("catalog.yaml:3:5")
                .hasMessageContaining("'name' is given twice");
    }

    @Test
    void aFileThatIsNoMappingIsNoCatalog() {
        assertRefused("- just\n- a list\n").hasMessageContaining("sources, models");
        assertRefused("").hasMessageContaining("sources, models");
    }

    @Test
    void anAliasThatContainsItselfIsRefused() {
        assertRefused("sources: &all\n  - *all\n").hasMessageContaining("nothing was sent");
    }

    /// Ten levels of ten aliases are twenty billion values; five are few enough for the parser.
    @ParameterizedTest
    @ValueSource(ints = {5, 10})
    @Timeout(10)
    void aFileThatGrowsBeyondMeasureIsRefused(int levels) {
        var bomb = new StringBuilder("a0: &a0 [lol, lol]\n");
        for (var level = 1; level <= levels; level++) {
            bomb.append("a%d: &a%d [".formatted(level, level))
                    .append(String.join(", ", Collections.nCopies(10, "*a" + (level - 1))))
                    .append("]\n");
        }

        assertRefused(bomb.toString()).hasMessageContaining("nothing was sent");
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatThrownBy(() -> CatalogFile.read(folder.resolve("gone.yaml")))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("gone.yaml does not exist");
    }

    @Test
    void textThatLooksLikeADateOrAnAnswerStaysText() throws Exception {
        var json = read("a: 2024-01-01\nb: yes\nc: 1e3\nd: 0x1f\ne: 007\n").json();

        json.forEach(value -> assertThat(value.isTextual()).as(value.toString()).isTrue());
    }

    @Test
    void numbersFlagsAndNothingAreThemselves() throws Exception {
        var json = read("a: 1440\nb: true\nc: ~\nd: -2.5\ne: '12'\nf:\n").json();

        assertThat(json.toString())
                .isEqualTo("{\"a\":1440,\"b\":true,\"c\":null,\"d\":-2.5,\"e\":\"12\",\"f\":null}");
    }

    @Test
    void anAnchorStandsForItsValue() throws Exception {
        var json = read("a: &x {host: h}\nb: *x\n").json();

        assertThat(json.path("b").path("host").asText()).isEqualTo("h");
    }

    @Test
    void aFieldIsFoundWhereItStandsAndAMissingOneWhereItShould() throws Exception {
        var file = read("models:\n  - name: m\n    table: t\n").file();

        assertThat(file.placeOf("models[0].table")).endsWith("catalog.yaml:3:5");
        assertThat(file.placeOf("models[0].primary_key")).endsWith("catalog.yaml:2:5");
        assertThat(file.placeOf("nowhere")).endsWith("catalog.yaml");
    }

    private org.assertj.core.api.AbstractThrowableAssert<?, ?> assertRefused(String yaml) {
        return assertThatThrownBy(() -> read(yaml))
                .isInstanceOfSatisfying(
                        CliException.class,
                        e -> assertThat(e.exitCode()).isEqualTo(CliException.WRONG_USE));
    }

    private CatalogFile.Read read(String yaml) throws IOException {
        return CatalogFile.read(Files.writeString(folder.resolve("catalog.yaml"), yaml));
    }
}
