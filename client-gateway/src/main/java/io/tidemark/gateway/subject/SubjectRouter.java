package io.tidemark.gateway.subject;

import io.tidemark.gateway.subject.Links.Delivery;
import io.tidemark.gateway.subject.Match.QueueGroup;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/** Brings messages to subscribers, here and on other nodes, and says which streams and services take them. Any thread. */
public final class SubjectRouter {
    private final Map<String, AccountSubjects> accounts = new ConcurrentHashMap<>();
    private final Map<InterestKey, Integer> localInterest = new ConcurrentHashMap<>();
    private final List<ServicePrefix> services = new CopyOnWriteArrayList<>();
    private final StreamSubjects streams;
    private final IntUnaryOperator random;
    /** By account. What a leader or another node sends goes to one subject many times in a row. */
    private final ThreadLocal<Map<String, RouteCache>> caches = ThreadLocal.withInitial(HashMap::new);

    private volatile Links links = Links.NONE;

    /** {@code random} draws from 0 to below its argument. */
    public SubjectRouter(StreamSubjects streams, IntUnaryOperator random) {
        this.streams = streams;
        this.random = random;
    }

    /** From here on other nodes are reached. They hear of every change from then on. */
    public void links(Links ways) {
        links = ways;
    }

    /** Gives requests to subjects that start with {@code prefix}, of every account, to the service. */
    public void addService(String prefix, InternalService service) {
        services.add(new ServicePrefix(prefix, service));
    }

    /** On the event loop, after a burst of reads that brought something for a service. */
    public void burstEnded(int loop) {
        InternalService last = null;
        for (ServicePrefix each : services) {
            if (each.service != last) {
                last = each.service;
                last.burstEnded(loop);
            }
        }
    }

    StreamSubjects streams() {
        return streams;
    }

    /** A cache for one event loop's matches in the account. */
    public RouteCache cacheFor(String account) {
        return new RouteCache(account(account));
    }

    /** How many subscriptions there are in all accounts, here and announced. */
    public int subscriptionCount() {
        int sum = 0;
        for (AccountSubjects account : accounts.values()) {
            sum += account.interest().size();
        }
        return sum;
    }

    /** On the loop of the subscription's session. */
    public void subscribe(int loop, String account, Subscription subscription) {
        AccountSubjects subjects = account(account);
        subjects.interest().add(subscription.subject(), subscription);
        countInterest(loop, account, subscription, 1);
        subjects.changed(subscription.subject());
    }

    /** On the loop of the subscription's session. Nothing happens where it isn't there any more. */
    public void unsubscribe(int loop, String account, Subscription subscription) {
        AccountSubjects subjects = account(account);
        if (subjects.interest().remove(subscription.subject(), other -> other == subscription) != null) {
            countInterest(loop, account, subscription, -1);
            subjects.changed(subscription.subject());
        }
    }

    /** What another node's event loop announced. A count of 0 ends it. */
    public void remoteInterest(String node, int loop, String account, String subject, String queue, int count) {
        AccountSubjects subjects = account(account);
        subjects.interest()
                .remove(
                        subject,
                        other -> other instanceof RemoteInterest remote
                                && remote.node().equals(node)
                                && remote.loop() == loop
                                && remote.queue().equals(queue));
        if (count > 0) {
            subjects.interest().add(subject, new RemoteInterest(node, loop, queue, count));
        }
        subjects.changed(subject);
    }

    /** Who gets messages that are sent to the subject. */
    public Match match(RouteCache cache, String subject) {
        return cache.find(this, subject);
    }

    Match match(String account, String subject) {
        return match(account(account), subject);
    }

    /** The same, remembered for the calling thread. */
    Match cachedMatch(String account, String subject) {
        return match(caches.get().computeIfAbsent(account, this::cacheFor), subject);
    }

    Match match(AccountSubjects account, String subject) {
        Match.Builder builder = new Match.Builder();
        account.interest().match(subject, builder::add);
        return builder.build(streams.matching(account.name(), subject), service(subject));
    }

    /**
     * Delivers to every plain subscriber and to one member of each queue group.
     *
     * @param loop see {@link Links}
     * @param to the subject that was matched; the message may show another one
     * @param origin whose message it is, null for nobody's
     * @return false where nobody got it
     */
    public boolean deliver(
            int loop, RouteCache cache, Match match, String to, Message message, @Nullable Receiver origin) {
        return deliver(loop, cache.account(), match, to, null, message, origin);
    }

    /** As above; where {@code onlyQueue} isn't null, no other queue group gets it. */
    boolean deliver(
            int loop,
            String account,
            Match match,
            String to,
            @Nullable String onlyQueue,
            Message message,
            @Nullable Receiver origin) {
        boolean delivered = false;
        for (Subscription subscription : match.plain) {
            if (takes(subscription, to, origin)) {
                subscription.receiver().deliver(subscription, message);
                delivered = true;
            }
        }
        Map<String, List<String>> nodes = null;
        for (String node : match.plainNodes) {
            nodes = nodes == null ? new HashMap<>() : nodes;
            nodes.put(node, List.of());
            delivered = true;
        }
        for (QueueGroup queue : match.queues) {
            Interest member = onlyQueue == null || onlyQueue.equals(queue.name) ? choose(queue, to, origin) : null;
            if (member instanceof Subscription subscription) {
                subscription.receiver().deliver(subscription, message);
                delivered = true;
            } else if (member instanceof RemoteInterest remote) {
                nodes = nodes == null ? new HashMap<>() : nodes;
                nodes.merge(remote.node(), List.of(queue.name), SubjectRouter::join);
                delivered = true;
            }
        }
        if (nodes != null) {
            send(loop, account, match, to, message, nodes);
        }
        return delivered;
    }

    /** Delivers what another node sent. */
    public void deliver(Delivery delivery) {
        Match match = cachedMatch(delivery.account(), delivery.to());
        if (delivery.plain()) {
            for (Subscription subscription : match.plain) {
                if (takes(subscription, delivery.to(), null)) {
                    subscription.receiver().deliver(subscription, delivery.message());
                }
            }
        }
        for (QueueGroup queue : match.queues) {
            if (delivery.queues().contains(queue.name)) {
                deliverHere(queue, delivery);
            }
        }
    }

    /** The first plain subscription of this receiver to the subject; null where it has none. */
    public @Nullable Subscription ownSubscription(RouteCache cache, String subject, Receiver receiver) {
        for (Subscription subscription : match(cache, subject).plain) {
            if (subscription.receiver() == receiver) {
                return subscription;
            }
        }
        return null;
    }

    AutoCloseable watch(String account, String subject, Runnable onChange) {
        return account(account).watch(subject, onChange);
    }

    /** Shows every local subscription of the account. */
    public void subscriptions(String account, Consumer<Subscription> action) {
        account(account).interest().forEach(interest -> {
            if (interest instanceof Subscription subscription) {
                action.accept(subscription);
            }
        });
    }

    private AccountSubjects account(String name) {
        return accounts.computeIfAbsent(name, AccountSubjects::new);
    }

    private @Nullable InternalService service(String subject) {
        if (!subject.startsWith("$")) {
            return null;
        }
        for (ServicePrefix service : services) {
            if (subject.startsWith(service.prefix)) {
                return service.service;
            }
        }
        return null;
    }

    private void countInterest(int loop, String account, Subscription subscription, int difference) {
        InterestKey key = new InterestKey(loop, account, subscription.subject(), subscription.queue());
        Integer now = localInterest.merge(key, difference, (old, more) -> old + more == 0 ? null : old + more);
        int count = now == null ? 0 : now;
        boolean firstOrLast = count == 0 || count == 1 && difference > 0;
        if (firstOrLast || !key.queue.isEmpty()) {
            links.announce(loop, account, key.subject, key.queue, count);
        }
    }

    private void send(
            int loop, String account, Match match, String to, Message message, Map<String, List<String>> nodes) {
        List<String> plain = List.of(match.plainNodes);
        nodes.forEach((node, queues) ->
                links.send(loop, node, new Delivery(account, to, plain.contains(node), queues, message)));
    }

    private @Nullable Interest choose(QueueGroup queue, String to, @Nullable Receiver origin) {
        int first = queue.members.length == 1 ? 0 : queue.memberAt(random.applyAsInt(queue.weight));
        for (int i = 0; i < queue.members.length; i++) {
            Interest member = queue.members[(first + i) % queue.members.length];
            if (!(member instanceof Subscription subscription) || takes(subscription, to, origin)) {
                return member;
            }
        }
        return null;
    }

    private void deliverHere(QueueGroup queue, Delivery delivery) {
        List<Subscription> members = new ArrayList<>();
        for (Interest member : queue.members) {
            if (member instanceof Subscription subscription && takes(subscription, delivery.to(), null)) {
                members.add(subscription);
            }
        }
        if (!members.isEmpty()) {
            Subscription chosen = members.get(random.applyAsInt(members.size()));
            chosen.receiver().deliver(chosen, delivery.message());
        }
    }

    private static boolean takes(Subscription subscription, String subject, @Nullable Receiver origin) {
        Receiver receiver = subscription.receiver();
        return (receiver != origin || receiver.wantsEcho()) && receiver.maySee(subscription, subject);
    }

    private static List<String> join(List<String> some, List<String> more) {
        List<String> joined = new ArrayList<>(some);
        joined.addAll(more);
        return joined;
    }

    private record ServicePrefix(String prefix, InternalService service) {}

    private record InterestKey(int loop, String account, String subject, String queue) {}
}
