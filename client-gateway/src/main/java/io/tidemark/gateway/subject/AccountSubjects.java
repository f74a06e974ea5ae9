package io.tidemark.gateway.subject;

import io.tidemark.stream.model.Subject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** One account's subject space: its interest, and who wants to know when that changes. Any thread. */
final class AccountSubjects {
    private final String name;
    private final SubjectTree<Interest> interest = new SubjectTree<>();
    private final Map<String, List<Runnable>> watchers = new ConcurrentHashMap<>();

    AccountSubjects(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    SubjectTree<Interest> interest() {
        return interest;
    }

    /** Calls {@code onChange} when interest in the literal subject comes or goes. */
    AutoCloseable watch(String subject, Runnable onChange) {
        watchers.compute(subject, (key, old) -> {
            List<Runnable> list = old == null ? new CopyOnWriteArrayList<>() : old;
            list.add(onChange);
            return list;
        });
        return () -> watchers.computeIfPresent(subject, (key, list) -> {
            list.remove(onChange);
            return list.isEmpty() ? null : list;
        });
    }

    /** Tells the watchers of every literal subject that {@code subject} covers. */
    void changed(String subject) {
        if (watchers.isEmpty()) {
            return;
        }
        if (!Subject.hasWildcard(subject)) {
            tell(watchers.get(subject));
            return;
        }
        Subject pattern = new Subject(subject);
        watchers.forEach((literal, list) -> {
            if (pattern.matches(literal)) {
                tell(list);
            }
        });
    }

    private static void tell(@org.jspecify.annotations.Nullable List<Runnable> list) {
        if (list != null) {
            list.forEach(Runnable::run);
        }
    }
}
