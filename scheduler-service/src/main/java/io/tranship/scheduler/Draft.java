package io.tranship.scheduler;

import io.tranship.schemas.CatalogRecord;

/// A thing of the catalog as somebody wants it: no id and no revision yet, and what it refers to by
/// name or by id, as it was written.
///
/// @param field where it stands in what was sent, such as `sources[0]`; empty when it is all of it
/// @param keepsSecret the password is `{"sealed": true}`: the one that is stored stays
/// @param intent whether it may exist already
record Draft(String field, CatalogRecord record, boolean keepsSecret, Intent intent) {

    /// What the sender wants to happen.
    sealed interface Intent {
        /// Makes one of a new name.
        record Create() implements Intent {}

        /// Changes the one of this id.
        record Update(String id) implements Intent {}

        /// Makes it, or changes the one of the same name.
        record Apply() implements Intent {}
    }

    /// The path of one field of the draft.
    String at(String name) {
        return field.isEmpty() ? name : field + "." + name;
    }
}
