package io.tidemark.raft.ratis;

import io.tidemark.raft.Leadership;
import io.tidemark.raft.PeerId;
import io.tidemark.raft.UnavailableException;
import io.tidemark.storage.View;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Linearizable reads without an entry. The leader opens the read's view, then asks who votes for their term; once a majority,
 * itself included, is still in its own term, no later leader had been elected when they were asked, so nothing can have been
 * acknowledged that the view lacks. A lower term doesn't count: that voter has lost its storage. Reads that come while a
 * round is out share the next one.
 *
 * <p>Any thread.
 */
final class TermRounds {
    /** The group as a round sees it. */
    interface Electorate {
        PeerId self();

        Leadership leadership();

        /** Of the latest configuration: one set, or two while it's being changed. */
        List<Set<PeerId>> voters();

        View view();

        /** @param term called once, with -1 where nothing trustworthy is answered; possibly before this returns */
        void askTerm(PeerId peer, LongConsumer term);

        /** Runs it after a moment. */
        void executeLater(Runnable task);
    }

    /** @param term that its view was opened in: a later one of the same leader's may follow upon another's */
    private record Read(long term, View view, CompletableFuture<View> result) {
        void serve() {
            if (!result.complete(view)) {
                view.close();
            }
        }

        void refuse(UnavailableException refusal) {
            view.close();
            result.completeExceptionally(refusal);
        }
    }

    private final Electorate electorate;

    /** Guarded by this, as is the round that is out. */
    private List<Read> waiting = new ArrayList<>();

    private @Nullable Round out;

    TermRounds(Electorate electorate) {
        this.electorate = electorate;
    }

    /** Completes on the caller's thread or on one that tells answers, an event loop's. */
    CompletableFuture<View> read() {
        Leadership now = electorate.leadership();
        if (!now.isLeader()) {
            return CompletableFuture.failedFuture(ProposalQueue.refusal(now));
        }
        Read read = new Read(now.term(), electorate.view(), new CompletableFuture<>());
        synchronized (this) {
            waiting.add(read);
        }
        pump();
        return read.result();
    }

    /** Begins the next round; where this member doesn't lead, refuses all that wait. */
    void pump() {
        Leadership now = electorate.leadership();
        Round next = null;
        List<Read> refused = List.of();
        synchronized (this) {
            if (!now.isLeader()) {
                refused = takeAll();
            } else {
                refused = takeThoseOfOtherTerms(now.term());
            }
            if (out == null && !waiting.isEmpty()) {
                next = new Round(now.term(), electorate.voters(), waiting);
                out = next;
                waiting = new ArrayList<>();
            }
        }
        if (!refused.isEmpty()) {
            UnavailableException refusal = ProposalQueue.refusal(now);
            refused.forEach(read -> read.refuse(refusal));
        }
        if (next != null) {
            next.begin();
        }
    }

    private List<Read> takeThoseOfOtherTerms(long term) {
        List<Read> others = waiting.stream().filter(read -> read.term() != term).toList();
        waiting.removeAll(others);
        return others;
    }

    private List<Read> takeAll() {
        List<Read> all = new ArrayList<>(waiting);
        waiting.clear();
        if (out != null) {
            all.addAll(out.reads);
            out = null;
        }
        return all;
    }

    private final class Round {
        final List<Read> reads;
        private final long term;
        private final List<Set<PeerId>> voters;
        private final Set<PeerId> inTerm = new HashSet<>();
        private int unanswered;

        Round(long term, List<Set<PeerId>> voters, List<Read> reads) {
            this.term = term;
            this.voters = voters;
            this.reads = reads;
            inTerm.add(electorate.self());
        }

        void begin() {
            Set<PeerId> others = new HashSet<>();
            voters.forEach(others::addAll);
            others.remove(electorate.self());
            if (others.isEmpty()) {
                settle(isProven());
                return;
            }
            unanswered = others.size();
            others.forEach(peer -> electorate.askTerm(peer, answer -> answered(peer, answer)));
        }

        private void answered(PeerId peer, long answer) {
            boolean proven;
            synchronized (TermRounds.this) {
                unanswered--;
                if (answer == term) {
                    inTerm.add(peer);
                }
                proven = isProven();
                if (out != this || !proven && unanswered > 0) {
                    return;
                }
            }
            settle(proven);
        }

        private boolean isProven() {
            return voters.stream()
                    .allMatch(set -> set.stream().filter(inTerm::contains).count() > set.size() / 2);
        }

        private void settle(boolean proven) {
            Leadership now = electorate.leadership();
            boolean served = proven && now.isLeader() && now.term() == term;
            synchronized (TermRounds.this) {
                if (out != this) {
                    return;
                }
                out = null;
                if (!served) {
                    waiting.addAll(0, reads);
                }
            }
            if (served) {
                reads.forEach(Read::serve);
                pump();
            } else {
                electorate.executeLater(TermRounds.this::pump);
            }
        }
    }
}
