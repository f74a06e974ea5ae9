package io.tidemark.bench.check;

/** Counts times in buckets less than 1 % wide, from a nanosecond to hours. */
public final class Latencies {
    private static final int SUB_BITS = 7;
    private static final int SUB_BUCKETS = 1 << SUB_BITS;

    private final long[] counts = new long[(Long.SIZE - SUB_BITS) * SUB_BUCKETS];
    private long count;
    private long maxNanos;

    public void record(long nanos) {
        counts[bucket(Math.max(0, nanos))]++;
        count++;
        maxNanos = Math.max(maxNanos, nanos);
    }

    /** Below 2 × SUB_BUCKETS one each; above, SUB_BUCKETS for each power of two. */
    private static int bucket(long nanos) {
        int shift = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(nanos) - SUB_BITS - 1);
        return shift * SUB_BUCKETS + (int) (nanos >>> shift);
    }

    private static long lowest(int bucket) {
        int shift = Math.max(0, bucket / SUB_BUCKETS - 1);
        return (long) (bucket - shift * SUB_BUCKETS) << shift;
    }

    public long count() {
        return count;
    }

    public long maxNanos() {
        return maxNanos;
    }

    /**
     * The time that this part of all didn't exceed, by less than 1 %.
     *
     * @param part above 0, to 1
     */
    public long percentileNanos(double part) {
        if (count == 0) {
            throw new IllegalStateException("nothing was recorded");
        }
        long rank = Math.max(1, (long) Math.ceil(part * count));
        long seen = 0;
        for (int bucket = 0; bucket < counts.length; bucket++) {
            seen += counts[bucket];
            if (seen >= rank) {
                return Math.min(maxNanos, lowest(bucket + 1) - 1);
            }
        }
        return maxNanos;
    }
}
