package io.tranship.cli;

import java.util.List;

/// A recipient of the demo: whose rows, how many, and where they go.
///
/// @param name of the recipient, its destination, its database and its role
/// @param tenant the value of the tenant column
record DemoTenant(String name, String tenant, int customers, int invoices) {

    static final List<DemoTenant> ALL =
            List.of(
                    new DemoTenant("demo_acme", "org_1", 2_500, 22_500),
                    new DemoTenant("demo_globex", "org_2", 1_500, 13_500),
                    new DemoTenant("demo_initech", "org_3", 1_000, 9_000));

    String destination() {
        return name.replace('_', '-');
    }
}
