package io.tranship.schemas;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// CloudEvents 1.0 in binary mode: what every record that Tranship produces says about itself
/// beside its key and its bytes.
public final class CloudEventHeaders {

    public static final String CONTENT_TYPE = "content-type";

    private static final String TYPE_PREFIX = "io.tranship.";

    private CloudEventHeaders() {}

    /// For a record in Avro.
    ///
    /// @param type name in the published language, such as `TransferStarted`
    /// @param source the service that says it
    /// @param id unique for `source`
    /// @param time when it happened, if that is known apart from the broker's time
    public static Map<String, String> of(
            String type, String source, String id, @Nullable Instant time) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("ce_specversion", "1.0");
        headers.put("ce_id", id);
        headers.put("ce_type", TYPE_PREFIX + type);
        headers.put("ce_source", source);
        if (time != null) {
            headers.put("ce_time", time.toString());
        }
        headers.put(CONTENT_TYPE, RequestCodec.AVRO);
        return headers;
    }
}
