/// Benchmarks of the data plane: rows from one PostgreSQL to another, in one run beside what a user
/// would pick instead.
@NullMarked
package io.tranship.benchmarks.data;

import org.jspecify.annotations.NullMarked;
