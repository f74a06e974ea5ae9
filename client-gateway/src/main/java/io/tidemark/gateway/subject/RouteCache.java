package io.tidemark.gateway.subject;

import java.util.HashMap;
import java.util.Map;

/** What one event loop remembers of one account's matches. Owned by the loop. */
public final class RouteCache {
    private static final int MAX_SUBJECTS = 8192;

    final AccountSubjects account;
    private final Map<String, Match> bySubject = new HashMap<>();
    private long interestGeneration = -1;
    private long streamsGeneration = -1;

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
            interestGeneration = interest;
            streamsGeneration = streams;
        }
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

    /** Inboxes and acks are used once. */
    private static boolean isWorthKeeping(String subject) {
        return !subject.startsWith("_INBOX.") && !subject.startsWith("$JS.ACK.");
    }
}
