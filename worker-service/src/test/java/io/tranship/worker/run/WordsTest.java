package io.tranship.worker.run;

import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;

class WordsTest {

    @Test
    void whatIsRehearsedIsValid() {
        assertThatCode(Words::rehearse).doesNotThrowAnyException();
    }
}
