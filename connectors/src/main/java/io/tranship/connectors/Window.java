package io.tranship.connectors;

import org.jspecify.annotations.Nullable;

/// A window that was asked for, in a source's words.
///
/// @param moveTo over which the cursor must not rise; null: it stays where it is, as the window
///   leaves a gap behind it or ends before it
/// @param completeUpTo an instant; null with `moveTo`
public record Window(Slice.Between slice, @Nullable String moveTo, @Nullable String completeUpTo) {}
