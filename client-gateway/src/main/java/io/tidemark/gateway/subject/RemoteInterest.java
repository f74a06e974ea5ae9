package io.tidemark.gateway.subject;

/**
 * Subscriptions on another node that one of its event loops announced.
 *
 * @param count how many of them, at least 1
 */
record RemoteInterest(String node, int loop, String queue, int count) implements Interest {}
