package io.tranship.scheduler;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/// Gives one `Idempotency-Key` one answer, however often it is sent.
@ApplicationScoped
class AnswerStore {

    static final int KEY_CHARS_MAX = 255;

    /// @param body JSON, without secrets
    record Answer(int status, String body) {}

    /// @param path method and path, as a key means something only there
    /// @param fingerprint of the body: a key is not used again for something else
    record Asked(String path, String key, String fingerprint) {

        static @Nullable Asked of(String path, @Nullable String key, String fingerprint) {
            if (key == null) {
                return null;
            }
            if (key.isBlank()
                    || key.length() > KEY_CHARS_MAX
                    || key.chars().anyMatch(Character::isISOControl)) {
                throw new ProblemException(
                        Problem.badParameter(
                                "Idempotency-Key",
                                "has %d characters; give from 1 to %d, such as a UUID"
                                        .formatted(key.length(), KEY_CHARS_MAX)));
            }
            return new Asked(path, key, fingerprint);
        }
    }

    private static final String FIND =
            "select fingerprint, status, body from answer where path = :path and key = :key";

    /// Waits for another transaction that gives this answer just now.
    private static final String CLAIM =
            """
            insert into answer (path, key, fingerprint, status, body, given_at)
            values (:path, :key, :fingerprint, 0, '', cast(cast(:now as text) as timestamptz))
            on conflict do nothing
            """;

    private static final String GIVE =
            "update answer set status = :status, body = :body where path = :path and key = :key";
    private static final String FORGET =
            """
            delete from answer where (path, key) in (
                select path, key from answer where given_at < cast(cast(:before as text) as timestamptz) limit 1000)
            """;

    /// The answer that was given already.
    Uni<Optional<Answer>> find(Mutiny.StatelessSession session, @Nullable Asked asked) {
        return asked == null
                ? Uni.createFrom().item(Optional.empty())
                : session.createNativeQuery(FIND, Object[].class)
                        .setParameter("path", asked.path())
                        .setParameter("key", asked.key())
                        .getResultList()
                        .map(rows -> known(asked, rows));
    }

    /// Does `work` in the caller's transaction, unless it was done under this key before.
    Uni<Answer> once(
            Mutiny.StatelessSession session,
            @Nullable Asked asked,
            Instant now,
            Supplier<Uni<Answer>> work) {
        if (asked == null) {
            return work.get();
        }
        return session.createNativeQuery(CLAIM)
                .setParameter("path", asked.path())
                .setParameter("key", asked.key())
                .setParameter("fingerprint", asked.fingerprint())
                .setParameter("now", now.toString())
                .executeUpdate()
                .chain(rows ->
                        rows == 1
                                ? work.get().call(answer -> give(session, asked, answer))
                                : find(session, asked).map(Optional::orElseThrow));
    }

    Uni<Void> forget(Mutiny.StatelessSession session, Instant before) {
        return session.createNativeQuery(FORGET)
                .setParameter("before", before.toString())
                .executeUpdate()
                .replaceWithVoid();
    }

    private static Uni<Void> give(Mutiny.StatelessSession session, Asked asked, Answer answer) {
        return session.createNativeQuery(GIVE)
                .setParameter("status", answer.status())
                .setParameter("body", answer.body())
                .setParameter("path", asked.path())
                .setParameter("key", asked.key())
                .executeUpdate()
                .replaceWithVoid();
    }

    private static Optional<Answer> known(Asked asked, List<Object[]> rows) {
        if (rows.isEmpty()) {
            return Optional.empty();
        }
        var row = rows.getFirst();
        if (!asked.fingerprint().equals(row[0])) {
            throw new ProblemException(
                    Problem.conflict(
                            "Idempotency-Key '%s' was used for another body; draw a new one"
                                    .formatted(asked.key()),
                            List.of()));
        }
        return Optional.of(new Answer((Integer) row[1], (String) row[2]));
    }
}
