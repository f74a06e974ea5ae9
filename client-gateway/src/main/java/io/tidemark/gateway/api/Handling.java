package io.tidemark.gateway.api;

/** What became of a message to one of the API's subjects. */
public enum Handling {
    /** Taken; whatever answer there is comes later. */
    HANDLED,
    /** Nothing listens there: the sender is told that there are no responders, unless some client subscribes. */
    NOT_HANDLED
}
