package io.tidemark.cluster.simulation;

/** Links between nodes and clients, each of them with a number: they delay, reorder, lose and repeat. */
final class SimulatedNetwork {
    private final Timeline timeline;
    private final boolean[][] cut;
    private int lossPercent;
    private int repeatPercent;
    private int slowPercent;

    SimulatedNetwork(Timeline timeline, int addresses) {
        this.timeline = timeline;
        cut = new boolean[addresses][addresses];
    }

    void send(int from, int to, Runnable arrive) {
        if (cut[from][to] || timeline.chance(lossPercent)) {
            return;
        }
        timeline.after(delayNanos(), () -> arrive(from, to, arrive));
        if (timeline.chance(repeatPercent)) {
            timeline.after(10 * delayNanos(), () -> arrive(from, to, arrive));
        }
    }

    private void arrive(int from, int to, Runnable arrive) {
        if (!cut[from][to]) {
            arrive.run();
        }
    }

    private long delayNanos() {
        long slow = timeline.chance(slowPercent) ? 40 * Timeline.MILLISECOND : Timeline.MILLISECOND;
        return timeline.between(100 * Timeline.MICROSECOND, slow);
    }

    void cut(int from, int to) {
        cut[from][to] = true;
    }

    boolean isCut(int from, int to) {
        return cut[from][to];
    }

    /** Random loss, repetition and delay from here on. */
    void disturb(int newLossPercent, int newRepeatPercent, int newSlowPercent) {
        lossPercent = newLossPercent;
        repeatPercent = newRepeatPercent;
        slowPercent = newSlowPercent;
    }

    void reconnect() {
        for (boolean[] row : cut) {
            java.util.Arrays.fill(row, false);
        }
    }
}
