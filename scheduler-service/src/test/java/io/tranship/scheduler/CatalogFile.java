package io.tranship.scheduler;

import io.tranship.schemas.CatalogRecord.Organization;
import io.tranship.schemas.FleetKey;
import io.tranship.schemas.Secret;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// A catalog file that is right, to be spoilt by tests: one source, one model, one recipient, one
/// destination.
final class CatalogFile {

    static final FleetKey KEY = FleetKey.of(new byte[32]);
    static final Catalog EMPTY =
            new Catalog(
                    1,
                    new Organization(
                            "01900000-0000-7000-8000-000000000000",
                            Catalog.ORGANIZATION_NAME,
                            1,
                            1440),
                    List.of());

    private static final AtomicLong IDS = new AtomicLong(1);

    private CatalogFile() {}

    static CatalogPlan.Means means() {
        return means(0);
    }

    static CatalogPlan.Means means(long revisionMin) {
        return new CatalogPlan.Means(
                revisionMin,
                () ->
                        new UUID(
                                        0x0190_0000_0000_7000L,
                                        0x8000_0000_0000_0000L + IDS.getAndIncrement())
                                .toString(),
                (one, other) -> KEY.unseal(one).equals(KEY.unseal(other)));
    }

    static Secret.Sealed seal(String plain) {
        return KEY.seal(plain);
    }

    static Map<String, Object> valid() {
        return object(
                "sources", List.of(source("app")),
                "models", List.of(model("invoices")),
                "recipients", List.of(object("name", "acme", "tenant_id", "org_1")),
                "destinations", List.of(destination("acme-warehouse", "vendor_data")));
    }

    static Map<String, Object> source(String name) {
        return object(
                "name",
                name,
                "vendor",
                "postgres",
                "postgres",
                object(
                        "host", "127.0.0.1",
                        "database", "app",
                        "username", "u",
                        "password", object("env", "APP_PASSWORD")));
    }

    static Map<String, Object> model(String name) {
        return object(
                "name",
                name,
                "source",
                "app",
                "table",
                name,
                "tenancy",
                object("column", "organization_id"),
                "primary_key",
                List.of("id"),
                "last_modified",
                "updated_at");
    }

    static Map<String, Object> destination(String name, String schema) {
        return object(
                "name",
                name,
                "recipient",
                "acme",
                "vendor",
                "postgres",
                "postgres",
                object(
                        "host", "127.0.0.1",
                        "database", "acme",
                        "schema", schema,
                        "username", "u",
                        "password", "canary-secret"),
                "models",
                List.of("*"));
    }

    static Map<String, Object> object(Object... namesAndValues) {
        var object = new LinkedHashMap<String, Object>();
        for (var i = 0; i < namesAndValues.length; i += 2) {
            object.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return object;
    }

    /// A copy of `file` with `value` in the place of what `path` names, such as
    /// `models[0].primary_key`; null removes it.
    static Map<String, Object> with(Map<String, Object> file, String path, @Nullable Object value) {
        var copy = copied(file);
        Object at = copy;
        var steps = path.replace("]", "").split("[.\\[]");
        for (var i = 0; i < steps.length - 1; i++) {
            at =
                    at instanceof List<?> list
                            ? list.get(Integer.parseInt(steps[i]))
                            : ((Map<?, ?>) at).get(steps[i]);
        }
        put(at, steps[steps.length - 1], value);
        return copy;
    }

    @SuppressWarnings("unchecked") // the copy is made of maps with text keys and lists of objects
    private static void put(Object at, String step, @Nullable Object value) {
        if (at instanceof List<?> list) {
            ((List<Object>) list).set(Integer.parseInt(step), value);
        } else if (value == null) {
            ((Map<String, Object>) at).remove(step);
        } else {
            ((Map<String, Object>) at).put(step, value);
        }
    }

    private static Map<String, Object> copied(Map<?, ?> map) {
        var copy = new LinkedHashMap<String, Object>();
        map.forEach((key, value) -> copy.put((String) key, copiedValue(value)));
        return copy;
    }

    private static Object copiedValue(Object value) {
        return switch (value) {
            case Map<?, ?> map -> copied(map);
            case List<?> list -> {
                var copy = new ArrayList<Object>();
                list.forEach(item -> copy.add(copiedValue(item)));
                yield copy;
            }
            default -> value;
        };
    }

    /// What is wrong with `file`, by field.
    static Map<String, String> faults(Catalog before, Map<String, Object> file) {
        var faults = new Faults();
        var drafts = drafts(file, faults);
        if (faults.isEmpty()) {
            CatalogPlan.of(before, drafts, means(), faults);
        }
        var byField = new LinkedHashMap<String, String>();
        faults.list().forEach(fault -> byField.put(fault.field(), fault.detail()));
        return byField;
    }

    static CatalogPlan plan(Catalog before, Map<String, Object> file) {
        return plan(before, file, means());
    }

    static CatalogPlan plan(Catalog before, Map<String, Object> file, CatalogPlan.Means means) {
        var faults = new Faults();
        var plan = CatalogPlan.of(before, drafts(file, faults), means, faults);
        faults.raise("the catalog");
        return plan;
    }

    private static List<Draft> drafts(Map<String, Object> file, Faults faults) {
        return new Drafts(new Endpoints(CatalogFile::seal)).file(Fields.of(file, "", faults));
    }
}
