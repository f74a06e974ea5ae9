package io.tidemark.storage.rocks;

import org.jspecify.annotations.Nullable;

/**
 * A range's number, and who still reads it: its files may go when it was dropped and nobody does. Any thread; guarded
 * by itself.
 */
final class Range {
    private final int number;
    private int viewCount;
    private @Nullable Runnable whenUnused;

    Range(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    synchronized void viewOpened() {
        viewCount++;
    }

    void viewClosed() {
        Runnable due;
        synchronized (this) {
            viewCount--;
            due = viewCount == 0 ? whenUnused : null;
        }
        if (due != null) {
            due.run();
        }
    }

    /** No view is opened after this. Runs it when the last one is closed: now, where there is none. */
    void dropped(Runnable cleanUp) {
        synchronized (this) {
            if (viewCount > 0) {
                whenUnused = cleanUp;
                return;
            }
        }
        cleanUp.run();
    }
}
