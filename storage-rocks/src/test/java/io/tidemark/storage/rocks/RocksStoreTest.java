package io.tidemark.storage.rocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.storage.Bytes;
import io.tidemark.storage.Cursor;
import io.tidemark.storage.GroupStore;
import io.tidemark.storage.Store;
import io.tidemark.storage.StoreContractTest;
import io.tidemark.storage.Table;
import io.tidemark.storage.View;
import io.tidemark.storage.WriteBatch;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RocksStoreTest extends StoreContractTest {
    private static final RocksOptions MODEST = new RocksOptions(1 << 20, 4 << 20, 1, null);

    @TempDir
    @SuppressWarnings("NullAway.Init") // Set before each test.
    Path directory;

    @Override
    protected Store openStore() {
        return RocksStore.open(directory, TABLES, MODEST);
    }

    @Override
    protected void cutPower(Store running) {
        ((RocksStore) running).abandon();
    }

    @Test
    void whatIsUsedAfterTheStoreWasClosedThrows() {
        GroupStore group = store.open("a");
        put(group, "k", "v");
        View view = group.view();
        Cursor cursor = group.scan(SMALL, Bytes.EMPTY, null);
        assertThat(cursor.next()).isTrue();

        store.close();

        assertThatThrownBy(cursor::next).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> view.get(SMALL, bytes("k"))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> group.get(SMALL, bytes("k"))).isInstanceOf(IllegalStateException.class);
        cursor.close();
        view.close();
    }

    @Test
    void aTableThatWasForgottenIsRefused() {
        store.close();

        assertThatThrownBy(() -> RocksStore.open(directory, List.of(SMALL), MODEST))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("large");

        Table added = new Table("added", Table.Values.SMALL);
        store = RocksStore.open(directory, List.of(SMALL, LARGE, added), MODEST);
        assertThat(store.open("a").get(added, bytes("k"))).isNull();
    }

    @Test
    void aViewOutlivesTheDestructionOfItsRangeOnDisk() {
        GroupStore group = store.open("a");
        for (int i = 0; i < 20; i++) {
            WriteBatch batch = group.batch();
            batch.put(LARGE, Bytes.wrap(new byte[] {(byte) i}), Bytes.wrap(new byte[100_000]));
            group.write(batch);
            store.flush();
        }
        View view = group.view();

        store.destroy("a");

        int count = 0;
        try (Cursor cursor = view.scan(LARGE, Bytes.EMPTY, null)) {
            while (cursor.next()) {
                assertThat(cursor.value().size()).isEqualTo(100_000);
                count++;
            }
        }
        view.close();
        assertThat(count).isEqualTo(20);
    }
}
