package io.tidemark.cluster.simulation;

/** What an ack subject says of a delivery. */
record DeliveredAs(int count, long streamSequence, long consumerSequence) {
    static final String PREFIX = "$JS.ACK.";

    static DeliveredAs parse(String ackReply) {
        String[] tokens = ackReply.split("\\.", -1);
        return new DeliveredAs(Integer.parseInt(tokens[4]), Long.parseLong(tokens[5]), Long.parseLong(tokens[6]));
    }
}
