package io.tranship.scheduler;

/// One thing that is wrong with what somebody sent.
///
/// @param field where, such as `models[0].primary_key`
/// @param detail what was found and the way out
record Fault(String field, String detail) {}
