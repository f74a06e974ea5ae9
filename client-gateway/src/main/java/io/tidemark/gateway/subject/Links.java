package io.tidemark.gateway.subject;

import java.util.List;

/**
 * The way to the other nodes' subscribers; the route implements it.
 *
 * <p>{@code loop} says on which ordered stream something travels: an event loop's number, on its thread, or {@link
 * #NO_LOOP} from any other thread. What one loop announces and sends arrives in that order.
 */
public interface Links {
    int NO_LOOP = -1;

    /** Where there are no other nodes. */
    Links NONE = new Links() {
        @Override
        public void announce(int loop, String account, String subject, String queue, int count) {}

        @Override
        public void send(int loop, String node, Delivery delivery) {}
    };

    /**
     * Tells every node how many subscriptions of this kind the loop's clients have now.
     *
     * @param queue empty for plain ones, of which only the first and the last are announced
     * @param count 0 where the last one went
     */
    void announce(int loop, String account, String subject, String queue, int count);

    /** Sends a message to the node's {@link SubjectRouter#deliver}; dropped where the link can't take it. */
    void send(int loop, String node, Delivery delivery);

    /**
     * A message for another node's subscribers.
     *
     * @param to what the subscriptions must match; the message may show another subject
     * @param plain for its plain subscriptions
     * @param queues for one member each of these queue groups
     */
    record Delivery(String account, String to, boolean plain, List<String> queues, Message message) {
        public Delivery {
            queues = List.copyOf(queues);
        }
    }
}
