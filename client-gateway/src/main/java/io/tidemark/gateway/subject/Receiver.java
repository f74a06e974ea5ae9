package io.tidemark.gateway.subject;

/** Who subscribes: a client's session. All of it may be called on any thread. */
public interface Receiver {
    /** Gives it a message for one of its subscriptions; dropped where that is over. */
    void deliver(Subscription subscription, Message message);

    /** False where it may not see what is sent to this subject. */
    boolean maySee(Subscription subscription, String subject);

    /** False where it doesn't want its own messages back. */
    boolean wantsEcho();
}
