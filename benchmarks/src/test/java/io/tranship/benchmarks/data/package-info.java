@NullMarked
package io.tranship.benchmarks.data;

import org.jspecify.annotations.NullMarked;
