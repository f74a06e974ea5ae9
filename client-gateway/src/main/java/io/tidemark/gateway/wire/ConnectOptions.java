package io.tidemark.gateway.wire;

/** What a client's CONNECT says; texts are empty where it doesn't say them. */
public record ConnectOptions(
        Delivery delivery, Credentials credentials, ClientSoftware software, int protocol, boolean accountGiven) {
    /** Before the first CONNECT. */
    public static final ConnectOptions DEFAULT = new ConnectOptions(
            new Delivery(true, true, true, false, false),
            new Credentials("", "", "", "", "", ""),
            new ClientSoftware("", "", ""),
            0,
            false);

    /** How it wants to be talked to. */
    public record Delivery(boolean verbose, boolean pedantic, boolean echo, boolean headers, boolean noResponders) {}

    /** Who it says it is. */
    public record Credentials(String user, String password, String token, String nkey, String jwt, String signature) {
        public boolean areEmpty() {
            return user.isEmpty() && password.isEmpty() && token.isEmpty() && nkey.isEmpty() && jwt.isEmpty();
        }
    }

    /** What it is. */
    public record ClientSoftware(String name, String language, String version) {}
}
