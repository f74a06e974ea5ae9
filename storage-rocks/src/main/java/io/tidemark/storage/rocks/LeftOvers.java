package io.tidemark.storage.rocks;

import io.tidemark.storage.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** What stands in ranges that are nobody's: a staged range that wasn't committed, a dropped one. */
final class LeftOvers {
    private LeftOvers() {}

    /** The numbers of the ranges with content, but for the live ones. One look per range and table. */
    static List<Integer> find(Database database, Set<Integer> live) {
        Set<Integer> found = new TreeSet<>();
        for (Table table : database.tables()) {
            if (!table.equals(Database.RANGES)) {
                addFrom(database, table, live, found);
            }
        }
        return new ArrayList<>(found);
    }

    private static void addFrom(Database database, Table table, Set<Integer> live, Set<Integer> found) {
        database.enter();
        try (RocksIterator entries = database.rocks().newIterator(database.family(table), database.latest())) {
            entries.seekToFirst();
            while (entries.isValid()) {
                int range = RangeKeys.range(entries.key());
                if (!live.contains(range)) {
                    found.add(range);
                }
                entries.seek(RangeKeys.end(range, null));
            }
            entries.status();
        } catch (RocksDBException e) {
            throw Database.failure("look through " + table.name(), e);
        } finally {
            database.leave();
        }
    }
}
