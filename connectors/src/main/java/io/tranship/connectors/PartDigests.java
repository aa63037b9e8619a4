package io.tranship.connectors;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/// Digests of rows by the part that their key falls into; a part without rows has none.
public final class PartDigests {

    private final Map<Integer, PartDigest> parts = new HashMap<>();

    public void add(int part, PartDigest digest) {
        parts.merge(part, digest, PartDigest::plus);
    }

    PartDigest of(int part) {
        return parts.getOrDefault(part, PartDigest.NONE);
    }

    public PartDigest all() {
        return parts.values().stream().reduce(PartDigest.NONE, PartDigest::plus);
    }

    PartDigests plus(PartDigests others) {
        var sum = new PartDigests();
        List.of(this, others).forEach(each -> each.parts.forEach(sum::add));
        return sum;
    }

    PartDigests minus(PartDigests others) {
        var rest = new PartDigests();
        parts.forEach(rest::add);
        others.parts.forEach((part, digest) -> rest.add(part, PartDigest.NONE.minus(digest)));
        return rest;
    }

    SortedSet<Integer> unequal(PartDigests others) {
        var unequal = new TreeSet<Integer>();
        List.of(parts.keySet(), others.parts.keySet())
                .forEach(keys ->
                        keys.stream()
                                .filter(part -> !of(part).equals(others.of(part)))
                                .forEach(unequal::add));
        return unequal;
    }
}
