/// Benchmarks of the control plane, in one run beside what a user would pick instead.
@NullMarked
package io.tranship.benchmarks;

import org.jspecify.annotations.NullMarked;
