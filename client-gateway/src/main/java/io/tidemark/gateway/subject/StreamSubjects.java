package io.tidemark.gateway.subject;

import io.tidemark.meta.MetaImage;
import io.tidemark.meta.MetaImage.StreamAssignment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which streams take which subjects, as of the newest image. Updated by one thread, read by any. */
public final class StreamSubjects {
    private volatile Map<String, SubjectTree<StreamTarget>> byAccount = Map.of();
    private volatile long generation;

    /** Takes what the image says. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    public void update(MetaImage image) {
        Map<String, SubjectTree<StreamTarget>> fresh = new HashMap<>();
        for (StreamAssignment stream : image.streams().values()) {
            SubjectTree<StreamTarget> tree = fresh.computeIfAbsent(stream.account(), name -> new SubjectTree<>());
            StreamTarget target = new StreamTarget(
                    stream.number(), stream.config().name(), stream.config().noAck());
            for (String subject : stream.config().subjects()) {
                tree.add(subject, target);
            }
        }
        byAccount = fresh;
        generation++;
    }

    /** Rises after each update. */
    long generation() {
        return generation;
    }

    /** The account's streams that take the literal subject, each once. */
    public List<StreamTarget> matching(String account, String subject) {
        SubjectTree<StreamTarget> tree = byAccount.get(account);
        if (tree == null) {
            return List.of();
        }
        List<StreamTarget> found = new ArrayList<>(0);
        tree.match(subject, target -> {
            if (!found.contains(target)) {
                found.add(target);
            }
        });
        return found;
    }
}
