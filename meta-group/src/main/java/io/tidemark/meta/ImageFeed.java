package io.tidemark.meta;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Predicate;
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
        return shows(next -> next.revision() >= revision).thenApply(MetaImage::revision);
    }

    /** Any thread. Completes on the meta thread once the image is like that; whoever gives up cancels it. */
    CompletableFuture<MetaImage> shows(Predicate<MetaImage> condition) {
        CompletableFuture<MetaImage> shown = new CompletableFuture<>();
        thread.execute(() -> {
            if (condition.test(image)) {
                shown.complete(image);
            } else {
                waiters.removeIf(waiter -> waiter.shown.isDone());
                waiters.add(new Waiter(condition, shown));
            }
        });
        return shown;
    }

    private void accept(MetaImage next) {
        image = next;
        watchers.forEach(watcher -> tell(watcher, next));
        List<Waiter> content =
                waiters.stream().filter(waiter -> waiter.condition.test(next)).toList();
        waiters.removeAll(content);
        content.forEach(waiter -> waiter.shown.complete(next));
    }

    private static void tell(Consumer<MetaImage> watcher, MetaImage image) {
        try {
            watcher.accept(image);
        } catch (RuntimeException e) {
            LOG.error("a watcher of the meta image failed revision={}", image.revision(), e);
        }
    }

    private record Waiter(Predicate<MetaImage> condition, CompletableFuture<MetaImage> shown) {}
}
