package io.tranship.simulation;

import io.smallrye.mutiny.Uni;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/// A real PostgreSQL on which the services' own SQL runs, one statement after the other on one
/// connection and in the caller's thread, so that nothing but the seed decides what comes first.
///
/// Their stores see it as a Hibernate Reactive session that is always ready.
public final class Database implements AutoCloseable {

    private static final Pattern PARAMETER = Pattern.compile("'[^']*'|:([a-zA-Z_]+)");

    private final Connection connection;
    private final Map<String, Prepared> prepared = new HashMap<>();
    private final Mutiny.StatelessSession session =
            proxy(
                    Mutiny.StatelessSession.class,
                    (_, method, arguments) ->
                            switch (method.getName()) {
                                case "createNativeQuery" ->
                                        query((String) arguments[0], type(arguments));
                                default ->
                                        throw new UnsupportedOperationException(method.toString());
                            });

    private record Prepared(PreparedStatement statement, List<String> parameters) {}

    public Database(String url, String user, String password) throws SQLException {
        connection = DriverManager.getConnection(url + "?prepareThreshold=1", user, password);
    }

    /// All or nothing.
    ///
    /// @param beforeCommit may throw: then it is nothing
    public <T> T inTransaction(
            Function<Mutiny.StatelessSession, Uni<T>> work, Runnable beforeCommit) {
        try {
            connection.setAutoCommit(false);
            try {
                var answer = work.apply(session).await().indefinitely();
                beforeCommit.run();
                connection.commit();
                return answer;
            } catch (RuntimeException | Error e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the database is gone", e);
        }
    }

    void execute(String sql) {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /// Outside any transaction.
    public List<Object[]> rows(String sql) {
        return select(sql, Map.of(), Object[].class);
    }

    private Object query(String sql, Class<?> type) {
        var parameters = new HashMap<String, Object>();
        return proxy(
                Mutiny.Query.class,
                (self, method, arguments) ->
                        switch (method.getName()) {
                            case "setParameter" -> {
                                parameters.put((String) arguments[0], arguments[1]);
                                yield self;
                            }
                            case "getSingleResult" ->
                                    Uni.createFrom()
                                            .item(() -> select(sql, parameters, type).getFirst());
                            case "getResultList" ->
                                    Uni.createFrom().item(() -> select(sql, parameters, type));
                            case "executeUpdate" ->
                                    Uni.createFrom().item(() -> update(sql, parameters));
                            default -> throw new UnsupportedOperationException(method.toString());
                        });
    }

    private <T> List<T> select(String sql, Map<String, Object> parameters, Class<T> type) {
        try (var result = prepare(sql, parameters).executeQuery()) {
            var rows = new ArrayList<T>();
            while (result.next()) {
                rows.add(type.cast(row(result, type)));
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private static @Nullable Object row(ResultSet result, Class<?> type) throws SQLException {
        if (type != Object[].class) {
            return result.getObject(1);
        }
        var row = new Object[result.getMetaData().getColumnCount()];
        for (var i = 0; i < row.length; i++) {
            row[i] = result.getObject(i + 1);
        }
        return row;
    }

    private int update(String sql, Map<String, Object> parameters) {
        try {
            return prepare(sql, parameters).executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private PreparedStatement prepare(String sql, Map<String, Object> parameters)
            throws SQLException {
        var known = prepared.get(sql);
        if (known == null) {
            var names = new ArrayList<String>();
            var positional =
                    PARAMETER
                            .matcher(sql)
                            .replaceAll(match -> {
                                if (match.group(1) == null) {
                                    return java.util.regex.Matcher.quoteReplacement(match.group());
                                }
                                names.add(match.group(1));
                                return "?";
                            });
            known = new Prepared(connection.prepareStatement(positional), names);
            prepared.put(sql, known);
        }
        for (var i = 0; i < known.parameters().size(); i++) {
            known.statement().setObject(i + 1, parameters.get(known.parameters().get(i)));
        }
        return known.statement();
    }

    private static Class<?> type(Object[] arguments) {
        return arguments.length > 1 ? (Class<?>) arguments[1] : Object[].class;
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException _) {
            // all that it held is gone with it
        }
    }
}
