package io.tidemark.storage;

/**
 * One of a store's tables: a name and how its values are kept. Every owner's range exists in every table.
 *
 * @param name stable: it is the name on disk
 */
public record Table(String name, Values values) {
    /** How large the values are. */
    public enum Values {
        /** Up to a few hundred bytes: kept beside their keys. */
        SMALL,
        /** Large and immutable: kept apart from their keys, so that compaction doesn't write them again. */
        LARGE
    }
}
