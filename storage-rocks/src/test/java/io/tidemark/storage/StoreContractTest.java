package io.tidemark.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every store promises. */
public abstract class StoreContractTest {
    protected static final Table SMALL = new Table("small", Table.Values.SMALL);
    protected static final Table LARGE = new Table("large", Table.Values.LARGE);
    protected static final List<Table> TABLES = List.of(SMALL, LARGE);

    private static final Bytes LAST_POSSIBLE = Bytes.wrap(new byte[] {-1, -1, -1, -1, -1});

    @SuppressWarnings("NullAway.Init") // Set before each test.
    protected Store store;

    /** The store on this test's disk. */
    protected abstract Store openStore();

    /** Ends the store as a power cut does: what wasn't flushed is lost. */
    protected abstract void cutPower(Store running);

    @BeforeEach
    void open() {
        store = openStore();
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void whatWasWrittenIsRead() {
        GroupStore group = store.open("a");

        put(group, "k", "v");

        assertThat(group.owner()).isEqualTo("a");
        assertThat(group.get(SMALL, bytes("k"))).isEqualTo(bytes("v"));
        assertThat(group.get(SMALL, bytes("other"))).isNull();
        assertThat(group.get(LARGE, bytes("k"))).isNull();
    }

    @Test
    void aLargeValueOfASliceIsReadBack() {
        GroupStore group = store.open("a");
        byte[] random = new byte[300_000];
        new SplittableRandom(1).nextBytes(random);
        Bytes value = Bytes.wrap(random, 17, 270_000);

        WriteBatch batch = group.batch();
        batch.put(LARGE, Bytes.wrap(random, 3, 12), value);
        group.write(batch);
        store.flush();

        assertThat(group.get(LARGE, Bytes.wrap(random, 3, 12))).isEqualTo(value);
        assertThat(group.get(LARGE, Bytes.wrap(random, 3, 11))).isNull();
    }

    @Test
    void emptyKeysAndValuesAreEntries() {
        GroupStore group = store.open("a");

        put(group, "", "");

        assertThat(group.get(SMALL, Bytes.EMPTY)).isEqualTo(Bytes.EMPTY);
        assertThat(forward(group, Bytes.EMPTY, null)).containsExactly("=");
    }

    @Test
    void scansAreOrderedAsUnsignedBytesAndEndBeforeTheirEnd() {
        GroupStore group = store.open("a");
        WriteBatch batch = group.batch();
        for (int key : new int[] {0xff, 0x7f, 0x00, 0x80}) {
            batch.put(SMALL, one(key), Bytes.EMPTY);
        }
        group.write(batch);

        assertThat(keys(group.scan(SMALL, Bytes.EMPTY, null))).containsExactly("00", "7f", "80", "ff");
        assertThat(keys(group.scan(SMALL, one(0x7f), one(0xff)))).containsExactly("7f", "80");
        assertThat(keys(group.scanBackward(SMALL, Bytes.EMPTY, null))).containsExactly("ff", "80", "7f", "00");
        assertThat(keys(group.scanBackward(SMALL, one(0x7f), one(0xff)))).containsExactly("80", "7f");
        assertThat(keys(group.scan(SMALL, one(0x80), one(0x80)))).isEmpty();
        assertThat(keys(group.scan(SMALL, one(0x80), one(0x01)))).isEmpty();
        assertThat(keys(group.scanBackward(SMALL, one(0x80), one(0x01)))).isEmpty();
        assertThat(keys(group.batch().scan(SMALL, one(0x80), one(0x01)))).isEmpty();
    }

    @Test
    void neighboursDoNotSeeEachOther() {
        List<GroupStore> groups = List.of(store.open("a"), store.open("b"), store.open("c"));
        for (GroupStore group : groups) {
            WriteBatch batch = group.batch();
            batch.put(SMALL, Bytes.EMPTY, bytes(group.owner()));
            batch.put(SMALL, LAST_POSSIBLE, bytes(group.owner()));
            group.write(batch);
        }

        WriteBatch batch = groups.get(1).batch();
        batch.deleteRange(SMALL, Bytes.EMPTY, null);
        groups.get(1).write(batch);

        assertThat(forward(groups.get(0), Bytes.EMPTY, null)).containsExactly("=a", LAST_POSSIBLE.utf8() + "=a");
        assertThat(forward(groups.get(1), Bytes.EMPTY, null)).isEmpty();
        assertThat(backward(groups.get(1), Bytes.EMPTY, null)).isEmpty();
        assertThat(backward(groups.get(2), Bytes.EMPTY, null)).containsExactly(LAST_POSSIBLE.utf8() + "=c", "=c");
    }

    @Test
    void aViewStaysAsItWasOpened() {
        GroupStore group = store.open("a");
        put(group, "k", "old");

        try (View view = group.view()) {
            put(group, "k", "new");
            put(group, "l", "new");

            assertThat(view.get(SMALL, bytes("k"))).isEqualTo(bytes("old"));
            assertThat(forward(view, Bytes.EMPTY, null)).containsExactly("k=old");
        }
        assertThat(forward(group, Bytes.EMPTY, null)).containsExactly("k=new", "l=new");
    }

    @Test
    void aBatchIsWrittenOnceAndOnlyToItsOwner() {
        GroupStore group = store.open("a");
        GroupStore other = store.open("b");
        WriteBatch batch = group.batch();
        assertThat(batch.isEmpty()).isTrue();
        batch.put(SMALL, bytes("k"), bytes("v"));
        assertThat(batch.isEmpty()).isFalse();

        assertThatThrownBy(() -> other.write(batch)).isInstanceOf(IllegalArgumentException.class);
        group.write(batch);

        assertThatThrownBy(() -> group.write(batch)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void entriesMayBeDeletedDuringAWalk() {
        GroupStore group = store.open("a");
        WriteBatch written = group.batch();
        for (int i = 0; i < 10; i++) {
            written.put(SMALL, one(i), Bytes.EMPTY);
        }
        group.write(written);
        WriteBatch batch = group.batch();
        batch.put(SMALL, one(20), Bytes.EMPTY);
        int walked = 0;

        try (Cursor cursor = batch.scan(SMALL, one(3), null)) {
            while (cursor.next()) {
                batch.delete(SMALL, cursor.key());
                walked++;
            }
        }
        group.write(batch);

        assertThat(walked).isEqualTo(8);
        assertThat(keys(group.scan(SMALL, Bytes.EMPTY, null))).containsExactly("00", "01", "02");
    }

    @Test
    void whatWasFlushedSurvivesAPowerCutAndNothingElse() {
        GroupStore group = store.open("a");
        put(group, "k", "flushed");
        assertThat(store.unflushedBytes()).isGreaterThanOrEqualTo(8);
        store.flush();
        assertThat(store.unflushedBytes()).isZero();
        put(group, "k", "lost");

        cutPowerAndOpen();

        assertThat(store.owners()).containsExactly("a");
        assertThat(forward(store.find("a").orElseThrow(), Bytes.EMPTY, null)).containsExactly("k=flushed");
    }

    @Test
    void closingLosesNothing() {
        put(store.open("a"), "k", "v");

        store.close();
        store = openStore();

        assertThat(forward(store.open("a"), Bytes.EMPTY, null)).containsExactly("k=v");
    }

    @Test
    void anOwnerIsKnownAfterAPowerCutOnceItWasFlushed() {
        store.open("a");
        store.flush();
        put(store.open("b"), "k", "of an owner that is lost");

        cutPowerAndOpen();

        assertThat(store.owners()).containsExactly("a");
        assertThat(store.find("b")).isEmpty();
    }

    @Test
    void whoComesAfterAnOwnerThatWasLostFindsNothingOfIt() {
        put(store.open("a"), "k", "lost");
        cutPowerAndOpen();

        GroupStore next = store.open("b");
        put(next, "own", "v");
        store.flush();
        cutPowerAndOpen();

        assertThat(store.owners()).containsExactly("b");
        assertThat(forward(store.open("b"), Bytes.EMPTY, null)).containsExactly("own=v");
        assertThat(forward(store.open("a"), Bytes.EMPTY, null)).isEmpty();
    }

    @Test
    void anOwnerThatWasNeverFlushedIsDestroyedForGood() {
        put(store.open("a"), "k", "v");
        store.destroy("a");

        cutPowerAndOpen();

        assertThat(store.owners()).isEmpty();
        assertThat(forward(store.open("a"), Bytes.EMPTY, null)).isEmpty();
    }

    @Test
    void destroyingIsDurable() {
        GroupStore group = store.open("a");
        put(group, "k", "v");
        put(store.open("b"), "k", "neighbour");
        store.flush();

        store.destroy("a");
        store.destroy("unknown");

        assertThatThrownBy(() -> group.get(SMALL, bytes("k"))).isInstanceOf(IllegalStateException.class);
        cutPowerAndOpen();
        assertThat(store.owners()).containsExactly("b");
        assertThat(forward(store.open("a"), Bytes.EMPTY, null)).isEmpty();
        assertThat(forward(store.open("b"), Bytes.EMPTY, null)).containsExactly("k=neighbour");
    }

    @Test
    void aCommittedStagedRangeReplacesTheContentAndIsDurable() {
        GroupStore group = store.open("a");
        put(group, "k", "old");
        put(group, "gone", "old");
        View before = group.view();

        try (StagedRange staged = store.stage("a")) {
            stage(staged, "k", "new");
            assertThat(forward(group, Bytes.EMPTY, null)).containsExactly("gone=old", "k=old");
            staged.commit();
        }

        assertThat(forward(group, Bytes.EMPTY, null)).containsExactly("k=new");
        assertThat(forward(before, Bytes.EMPTY, null)).containsExactly("gone=old", "k=old");
        before.close();
        put(group, "later", "lost");
        cutPowerAndOpen();
        assertThat(forward(store.open("a"), Bytes.EMPTY, null)).containsExactly("k=new");
    }

    @Test
    void aStagedRangeMakesItsOwner() {
        try (StagedRange staged = store.stage("a")) {
            stage(staged, "k", "v");
            assertThat(store.find("a")).isEmpty();
            staged.commit();
        }

        assertThat(forward(store.find("a").orElseThrow(), Bytes.EMPTY, null)).containsExactly("k=v");
    }

    @Test
    void aStagedRangeThatWasClosedOrInterruptedLeavesTheContent() {
        GroupStore group = store.open("a");
        put(group, "k", "old");
        try (StagedRange staged = store.stage("a")) {
            stage(staged, "k", "given up");
        }
        assertThat(forward(group, Bytes.EMPTY, null)).containsExactly("k=old");

        stage(store.stage("a"), "k", "interrupted");
        store.flush();
        cutPowerAndOpen();

        assertThat(forward(store.open("a"), Bytes.EMPTY, null)).containsExactly("k=old");
        try (StagedRange staged = store.stage("a")) {
            staged.commit();
        }
        assertThat(forward(store.open("a"), Bytes.EMPTY, null)).isEmpty();
        assertThat(forward(store.open("b"), Bytes.EMPTY, null)).isEmpty();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void batchesAgreeWithANaiveModel(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        TreeMap<Bytes, Bytes> model = new TreeMap<>();
        store.open("before");
        GroupStore group = store.open("a");
        for (int round = 0; round < 30; round++) {
            WriteBatch batch = group.batch();
            for (int step = random.nextInt(30); step > 0; step--) {
                change(batch, model, random);
                agree(batch, model, random);
            }
            group.write(batch);
            agree(group, model, random);
            if (random.nextInt(6) == 0) {
                store.flush();
                cutPowerAndOpen();
                group = store.open("a");
            }
        }
        assertThat(forward(store.open("before"), Bytes.EMPTY, null)).isEmpty();
    }

    private static void change(WriteBatch batch, NavigableMap<Bytes, Bytes> model, SplittableRandom random) {
        Bytes key = key(random);
        int kind = random.nextInt(10);
        if (kind < 6) {
            Bytes value = Bytes.utf8("v" + random.nextInt(1000));
            batch.put(SMALL, key, value);
            model.put(key, value);
        } else if (kind < 8) {
            batch.delete(SMALL, key);
            model.remove(key);
        } else {
            Bytes to = random.nextInt(8) == 0 ? null : key(random);
            batch.deleteRange(SMALL, key, to);
            part(model, key, to).clear();
        }
    }

    private static void agree(Reads reads, NavigableMap<Bytes, Bytes> model, SplittableRandom random) {
        Bytes from = key(random);
        Bytes to = random.nextInt(4) == 0 ? null : key(random);
        List<String> expected = new ArrayList<>();
        part(model, from, to).forEach((key, value) -> expected.add(key.utf8() + "=" + value.utf8()));

        assertThat(reads.get(SMALL, from)).isEqualTo(model.get(from));
        assertThat(forward(reads, from, to)).isEqualTo(expected);
        Collections.reverse(expected);
        assertThat(backward(reads, from, to)).isEqualTo(expected);
    }

    private static Map<Bytes, Bytes> part(NavigableMap<Bytes, Bytes> model, Bytes from, @Nullable Bytes to) {
        if (to == null) {
            return model.tailMap(from, true);
        }
        return from.compareTo(to) > 0 ? new TreeMap<>() : model.subMap(from, true, to, false);
    }

    private static Bytes key(SplittableRandom random) {
        return Bytes.utf8("abcdefgh".substring(0, random.nextInt(3)) + random.nextInt(10));
    }

    private void cutPowerAndOpen() {
        cutPower(store);
        store = openStore();
    }

    protected static void put(GroupStore group, String key, String value) {
        WriteBatch batch = group.batch();
        batch.put(SMALL, bytes(key), bytes(value));
        group.write(batch);
    }

    private static void stage(StagedRange staged, String key, String value) {
        WriteBatch batch = staged.batch();
        batch.put(SMALL, bytes(key), bytes(value));
        staged.write(batch);
    }

    protected static List<String> forward(Reads reads, Bytes from, @Nullable Bytes to) {
        return entries(reads.scan(SMALL, from, to));
    }

    protected static List<String> backward(Reads reads, Bytes from, @Nullable Bytes to) {
        return entries(reads.scanBackward(SMALL, from, to));
    }

    private static List<String> entries(Cursor cursor) {
        List<String> entries = new ArrayList<>();
        try (cursor) {
            while (cursor.next()) {
                entries.add(cursor.key().utf8() + "=" + cursor.value().utf8());
            }
        }
        return entries;
    }

    private static List<String> keys(Cursor cursor) {
        List<String> keys = new ArrayList<>();
        try (cursor) {
            while (cursor.next()) {
                keys.add(cursor.key().toString());
            }
        }
        return keys;
    }

    protected static Bytes bytes(String text) {
        return Bytes.utf8(text);
    }

    private static Bytes one(int value) {
        return Bytes.wrap(new byte[] {(byte) value});
    }
}
