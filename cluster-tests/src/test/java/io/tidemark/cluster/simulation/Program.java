package io.tidemark.cluster.simulation;

/** What a node runs; everything that it keeps in memory is gone after a crash. */
interface Program {
    /** The node starts: nothing runs on it yet but its disk holds what it held. */
    void boot();

    /** The node has lost its power. */
    void crashed();
}
