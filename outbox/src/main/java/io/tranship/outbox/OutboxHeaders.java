package io.tranship.outbox;

import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.TreeMap;

/// How headers lie in the outbox table: one JSON object of strings.
final class OutboxHeaders {

    private OutboxHeaders() {}

    static String encode(Map<String, String> headers) {
        var object = new JsonObject();
        new TreeMap<>(headers).forEach(object::put);
        return object.encode();
    }

    static Map<String, String> decode(String json) {
        var headers = new TreeMap<String, String>();
        var object = new JsonObject(json);
        object.fieldNames().forEach(name -> headers.put(name, object.getString(name)));
        return headers;
    }
}
