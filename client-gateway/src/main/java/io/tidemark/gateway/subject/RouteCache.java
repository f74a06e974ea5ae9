package io.tidemark.gateway.subject;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one thread remembers of one account's matches. Owned by the thread. */
public final class RouteCache {
    private static final int MAX_SUBJECTS = 8192;

    final AccountSubjects account;
    private final Map<String, Match> bySubject = new HashMap<>();
    private long interestGeneration = -1;
    private long streamsGeneration = -1;
    private String lastSubject = "";
    private @Nullable Match last;

    RouteCache(AccountSubjects account) {
        this.account = account;
    }

    /** The account's name. */
    public String account() {
        return account.name();
    }

    Match find(SubjectRouter router, String subject) {
        long interest = account.interest().generation();
        long streams = router.streams().generation();
        if (interest != interestGeneration || streams != streamsGeneration) {
            bySubject.clear();
            last = null;
            interestGeneration = interest;
            streamsGeneration = streams;
        }
        Match match = last;
        if (match == null || !subject.equals(lastSubject)) {
            match = findOther(router, subject);
            last = match;
            lastSubject = subject;
        }
        return match;
    }

    private Match findOther(SubjectRouter router, String subject) {
        Match match = bySubject.get(subject);
        if (match == null) {
            match = router.match(account, subject);
            if (isWorthKeeping(subject)) {
                if (bySubject.size() >= MAX_SUBJECTS) {
                    bySubject.clear();
                }
                bySubject.put(subject, match);
            }
        }
        return match;
    }

    /** Most inboxes and acks are used once, the others several times in a row. */
    private static boolean isWorthKeeping(String subject) {
        return !subject.startsWith("_INBOX.") && !subject.startsWith("$JS.ACK.");
    }
}
