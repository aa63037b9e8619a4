package io.tranship.dispatch;

/// One unit of `resource`, of which at most `limit` are out at once.
record Need(Resource resource, int limit) {}
