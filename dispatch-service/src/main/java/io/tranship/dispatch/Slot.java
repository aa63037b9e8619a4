package io.tranship.dispatch;

/// One numbered unit of a resource.
record Slot(Resource resource, int n) {}
