package io.tranship.status;

/// One thing that is wrong with what somebody sent.
///
/// @param field the parameter
/// @param detail what was found and the way out
record Fault(String field, String detail) {}
