package io.tidemark.meta;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The newest image, who watches it, and who waits for one. All but {@link #image()} belongs to the meta thread. */
final class ImageFeed {
    private static final Logger LOG = LoggerFactory.getLogger(ImageFeed.class);

    private final Executor thread;
    private final List<Consumer<MetaImage>> watchers = new ArrayList<>();
    private final List<Waiter> waiters = new ArrayList<>();
    private volatile MetaImage image = MetaImage.EMPTY;

    ImageFeed(Executor thread) {
        this.thread = thread;
    }

    MetaImage image() {
        return image;
    }

    /** Any thread. */
    void watch(Consumer<MetaImage> watcher) {
        thread.execute(() -> {
            watchers.add(watcher);
            tell(watcher, image);
        });
    }

    /** Any thread; images that come late are dropped. */
    void publish(MetaImage next) {
        thread.execute(() -> {
            if (next.revision() > image.revision()) {
                accept(next);
            }
        });
    }

    /** Any thread: forgets everything, because another cluster's images follow. */
    void reset() {
        thread.execute(() -> accept(MetaImage.EMPTY));
    }

    /** Any thread. Completes on the meta thread once the image has the revision; whoever gives up cancels it. */
    CompletableFuture<Long> reaches(long revision) {
        CompletableFuture<Long> reached = new CompletableFuture<>();
        thread.execute(() -> {
            if (image.revision() >= revision) {
                reached.complete(image.revision());
            } else {
                waiters.removeIf(waiter -> waiter.reached.isDone());
                waiters.add(new Waiter(revision, reached));
            }
        });
        return reached;
    }

    private void accept(MetaImage next) {
        image = next;
        watchers.forEach(watcher -> tell(watcher, next));
        for (Iterator<Waiter> all = waiters.iterator(); all.hasNext(); ) {
            Waiter waiter = all.next();
            if (waiter.reached.isDone()) {
                all.remove();
            } else if (next.revision() >= waiter.revision) {
                all.remove();
                waiter.reached.complete(next.revision());
            }
        }
    }

    private static void tell(Consumer<MetaImage> watcher, MetaImage image) {
        try {
            watcher.accept(image);
        } catch (RuntimeException e) {
            LOG.error("a watcher of the meta image failed revision={}", image.revision(), e);
        }
    }

    private record Waiter(long revision, CompletableFuture<Long> reached) {}
}
