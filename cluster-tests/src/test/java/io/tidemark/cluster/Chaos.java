package io.tidemark.cluster;

import clojure.java.api.Clojure;
import clojure.lang.IFn;
import java.util.List;

/** The way into the harness of faults, which is written in Clojure: {@code src/test/clojure/tidemark/chaos}. */
final class Chaos {
    private Chaos() {}

    /** A function of a namespace, which is loaded. */
    static IFn function(String namespace, String name) {
        Clojure.var("clojure.core", "require").invoke(Clojure.read(namespace));
        return Clojure.var(namespace, name);
    }

    /** See {@code cluster-tests/chaos}. */
    public static void main(String[] arguments) {
        System.exit(((Number) function("tidemark.chaos.main", "run").invoke(List.of(arguments))).intValue());
    }
}
