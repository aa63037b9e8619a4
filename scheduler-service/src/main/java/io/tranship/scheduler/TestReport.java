package io.tranship.scheduler;

import io.tranship.connectors.Finding;
import io.tranship.connectors.Severity;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What a connection test found, as the API shows it.
final class TestReport {

    private TestReport() {}

    static Map<String, Object> of(List<Finding> findings) {
        var view = new LinkedHashMap<String, Object>();
        view.put("ok", findings.stream().noneMatch(f -> f.severity() == Severity.ERROR));
        view.put("findings", findings.stream().map(TestReport::of).toList());
        return view;
    }

    private static Map<String, Object> of(Finding finding) {
        var view = new LinkedHashMap<String, Object>();
        view.put("severity", finding.severity().name().toLowerCase(Locale.ROOT));
        view.put("field", finding.field());
        view.put("code", finding.error().code());
        view.put("title", finding.error().title());
        view.put("blame", finding.error().blame().name().toLowerCase(Locale.ROOT));
        view.put("message", finding.error().message());
        return view;
    }
}
