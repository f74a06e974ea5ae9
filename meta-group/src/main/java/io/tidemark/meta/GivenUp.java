package io.tidemark.meta;

import java.util.ArrayList;
import java.util.List;

/**
 * Subjects that an update took from a stream, until the stream's leader has reported that its log has applied the loss:
 * before, the stream may still acknowledge messages of them. A stream that is deleted first leaves them to its tombstone.
 *
 * @param revision of the meta group's change that took them
 */
public record GivenUp(long revision, List<String> subjects) {
    /** Subjects that are remembered of one stream; more of them are remembered as all. */
    static final int MAX_SUBJECTS = 1_000;

    private static final List<String> ALL = List.of(">");

    public GivenUp {
        subjects = List.copyOf(subjects);
    }

    /** What is given up after an update, by ascending revision. */
    static List<GivenUp> after(List<GivenUp> before, List<String> from, List<String> to, long revision) {
        List<String> lost =
                from.stream().filter(subject -> !to.contains(subject)).toList();
        if (lost.isEmpty()) {
            return before;
        }
        int known = before.stream().mapToInt(loss -> loss.subjects().size()).sum();
        if (known + lost.size() > MAX_SUBJECTS) {
            return List.of(new GivenUp(revision, ALL));
        }
        List<GivenUp> after = new ArrayList<>(before);
        after.add(new GivenUp(revision, lost));
        return after;
    }
}
