package io.tranship.schemas;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A law that is tried with generated cases: the method takes one `RandomGenerator` and runs
/// `tries` times, each with a seed of its own. A failure names its seed; `-Dseed=` runs that one
/// again, and `-Dtries=` sets how many.
///
/// `@BeforeEach` runs once, before all tries: make what a try needs in the method.
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Test
@ExtendWith(SeededTestExtension.class)
public @interface SeededTest {

    int tries() default 200;
}
