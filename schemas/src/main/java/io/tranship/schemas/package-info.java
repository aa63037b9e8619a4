/// The published language of Tranship: what the services say to each other, and how it is written
/// on the wire.
///
/// Plain values and pure functions. Avro types appear in the `…Codec` classes only.
@NullMarked
package io.tranship.schemas;

import org.jspecify.annotations.NullMarked;
