package io.tranship.outbox;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.jspecify.annotations.Nullable;

/// Hibernate Reactive starts only where an entity is; this one is never loaded. Public, as a
/// service may have this library in another class loader than what Hibernate makes of its entities.
@Entity
@Table(name = "outbox")
public class OutboxRow {
    @Id @Nullable Long id;

    protected OutboxRow() {}
}
