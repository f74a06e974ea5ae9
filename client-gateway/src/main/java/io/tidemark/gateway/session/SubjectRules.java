package io.tidemark.gateway.session;

import io.tidemark.stream.model.Subject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which subjects a user may publish or subscribe to. An entry is a subject, or a subject and a queue with a blank between
 * them.
 *
 * @param allow null means all
 * @param deny wins over what is allowed
 */
public record SubjectRules(@Nullable List<String> allow, List<String> deny) {
    public static final SubjectRules ALL = new SubjectRules(null, List.of());

    public SubjectRules {
        allow = allow == null ? null : List.copyOf(allow);
        deny = List.copyOf(deny);
    }

    /** True where a message may be sent to the literal subject. */
    boolean permitsPublish(String subject) {
        return (allow == null || anyMatches(allow, subject)) && !anyMatches(deny, subject);
    }

    /** True where the subject, which may hold wildcards, may be subscribed to. {@code queue} is empty for none. */
    boolean permitsSubscription(String subject, String queue) {
        if (!Subject.isValid(subject)) {
            return true;
        }
        Subject wanted = new Subject(subject);
        return (allow == null || anyCovers(allow, wanted, queue)) && !anyCovers(deny, wanted, queue);
    }

    /** True where some of what the permitted subscription matches must not be seen. */
    boolean mustFilter(String subject, String queue) {
        if (deny.isEmpty() || !Subject.hasWildcard(subject)) {
            return false;
        }
        Subject wanted = new Subject(subject);
        for (String entry : deny) {
            if (queueFits(entry, queue) && subjectOf(entry).overlaps(wanted)) {
                return true;
            }
        }
        return false;
    }

    /** True where a message to the literal subject may reach a subscription that must be filtered. */
    boolean permitsDelivery(String subject, String queue) {
        for (String entry : deny) {
            if (queueFits(entry, queue) && subjectOf(entry).matches(subject)) {
                return false;
            }
        }
        return true;
    }

    /** These rules with more subjects allowed; unchanged where all are. */
    SubjectRules allowing(List<String> more) {
        if (allow == null) {
            return this;
        }
        List<String> all = new ArrayList<>(allow);
        all.addAll(more);
        return new SubjectRules(all, deny);
    }

    private static boolean anyMatches(List<String> entries, String literal) {
        for (String entry : entries) {
            if (subjectOf(entry).matches(literal)) {
                return true;
            }
        }
        return false;
    }

    private static boolean anyCovers(List<String> entries, Subject wanted, String queue) {
        for (String entry : entries) {
            if (queueFits(entry, queue) && subjectOf(entry).covers(wanted)) {
                return true;
            }
        }
        return false;
    }

    /** An entry without a queue is about any. */
    private static boolean queueFits(String entry, String queue) {
        int blank = entry.indexOf(' ');
        return blank < 0
                || !queue.isEmpty() && new Subject(entry.substring(blank + 1).strip()).matches(queue);
    }

    private static Subject subjectOf(String entry) {
        int blank = entry.indexOf(' ');
        return new Subject(blank < 0 ? entry : entry.substring(0, blank));
    }
}
