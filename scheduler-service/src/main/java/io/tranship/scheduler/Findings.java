package io.tranship.scheduler;

import io.tranship.connectors.Finding;
import io.tranship.connectors.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What databases had to say, as faults of what was sent.
record Findings(List<Fault> errors, List<Fault> warnings) {

    private static final Pattern OF_MODEL = Pattern.compile("models\\[(.+?)](?:\\.(.*))?");

    Findings {
        errors = List.copyOf(errors);
        warnings = List.copyOf(warnings);
    }

    /// What one check found.
    record Found(LiveChecks.Check check, List<Finding> findings) {}

    static Findings of(LiveChecks checks, List<Found> found) {
        var errors = new Faults();
        var warnings = new Faults();
        for (var one : found) {
            for (var finding : one.findings()) {
                var into = finding.severity() == Severity.ERROR ? errors : warnings;
                into.add(
                        field(one.check(), finding.field(), checks.fields()),
                        "%s (%s)".formatted(finding.error().message(), finding.error().code()));
            }
        }
        return new Findings(errors.list(), warnings.list());
    }

    /// A check names a model by its name; who sent it knows it by its place.
    private static String field(LiveChecks.Check check, String field, Map<String, String> places) {
        var matcher = OF_MODEL.matcher(field);
        if (matcher.matches()) {
            var place = places.get(matcher.group(1));
            return place == null ? field : joined(place, matcher.group(2));
        }
        return joined(check.field(), field);
    }

    private static String joined(String place, @Nullable String field) {
        var parts = new ArrayList<String>();
        if (!place.isEmpty()) {
            parts.add(place);
        }
        if (field != null && !field.isEmpty()) {
            parts.add(field);
        }
        return String.join(".", parts);
    }
}
