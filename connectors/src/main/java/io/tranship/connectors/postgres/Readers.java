package io.tranship.connectors.postgres;

import io.tranship.connectors.TransferFailure;
import io.tranship.schemas.ErrorCode;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Roles of the customer's that may read what arrives.
final class Readers {

    private final PostgresSession session;
    private final String schema;
    private final List<String> roles;

    Readers(PostgresSession session, String schema, List<String> roles) {
        this.session = session;
        this.schema = schema;
        this.roles = roles;
    }

    /// In the caller's transaction: lets them read a table that was just made. A schema that is not
    /// ours to grant stays as it is, and its owner has to.
    void mayRead(String table) {
        if (roles.isEmpty()) {
            return;
        }
        var unknown = unknown();
        if (unknown != null) {
            throw new TransferFailure(ErrorCode.DESTINATION_PRIVILEGE_MISSING, unknown);
        }
        session.update(
                "grant select on %s to %s"
                        .formatted(Quoted.name(schema, table), Quoted.names(roles)));
        session.update(grantUsage(roles));
    }

    /// What is to be said of roles that are not there.
    @Nullable String unknown() {
        var unknown =
                list(
                        """
                        select role from unnest(?::text[]) as wanted (role)
                        where not exists (select from pg_roles where rolname = role)
                        """,
                        roles);
        return unknown.isEmpty()
                ? null
                : "readers: no role %s is there; create it, or take it out of readers"
                        .formatted(String.join(", ", unknown));
    }

    /// What the owner of the schema, or of tables that stood before, has to grant.
    List<String> grantsMissing(List<String> tables) {
        var shutOut =
                list(
                        """
                        select rolname from pg_roles r, pg_namespace n
                        where rolname = any (?::text[]) and nspname = ?
                          and not has_schema_privilege(r.oid, n.oid, 'usage')
                          and not has_schema_privilege(n.oid, 'usage with grant option')
                        """,
                        roles,
                        schema);
        var unread =
                list(
                        """
                        select format('grant select on %I.%I to %I', nspname, relname, rolname)
                        from pg_roles r, pg_class c join pg_namespace n on n.oid = c.relnamespace
                        where rolname = any (?::text[]) and nspname = ?
                          and relname = any (?::text[]) and relkind in ('r', 'p')
                          and not has_table_privilege(r.oid, c.oid, 'select')
                        """,
                        roles, schema, tables);
        return Stream.concat(
                        shutOut.isEmpty() ? Stream.of() : Stream.of(grantUsage(shutOut)),
                        unread.stream())
                .toList();
    }

    private String grantUsage(List<String> to) {
        return "grant usage on schema %s to %s".formatted(Quoted.name(schema), Quoted.names(to));
    }

    private List<String> list(String sql, Object... values) {
        if (roles.isEmpty()) {
            return List.of();
        }
        return session.query(
                "select array(select found::text from (%s) as f (found) order by 1)".formatted(sql),
                rows -> {
                    rows.next();
                    return List.of((String[]) rows.getArray(1).getArray());
                },
                values);
    }
}
