package io.tranship.outbox;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.jspecify.annotations.Nullable;

/// Hibernate Reactive starts only where an entity is; this one is never loaded.
@Entity
@Table(name = "outbox")
class OutboxRow {
    @Id @Nullable Long id;
}
