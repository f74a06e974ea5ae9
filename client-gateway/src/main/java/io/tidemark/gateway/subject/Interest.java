package io.tidemark.gateway.subject;

/** Why a subject's messages go somewhere. {@code queue} is empty for a plain subscription. */
sealed interface Interest permits Subscription, RemoteInterest {
    String queue();
}
