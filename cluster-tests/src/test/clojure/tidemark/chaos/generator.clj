(ns tidemark.chaos.generator
  "What clients do. A generator is a sequence of threads; a thread is a map:

    :node  where it is connected
    :next  (fn [random last]) gives its next operation, a map with :f and :value; last is how its last one ended
    :rest  [least most] milliseconds between two operations
    :phase :load (until the fault is over, the default) or :drain (until everything is settled)

  An operation's numbers come from counters that the threads of a workload share."
  (:import (java.util SplittableRandom)))

(set! *warn-on-reflection* true)

(defn random
  "The random source of one thread of a run with that seed."
  ^SplittableRandom [seed thread]
  (SplittableRandom. (+ (* 1000003 (long seed)) (long thread))))

(defn below
  "A whole number in [0, bound)."
  [^SplittableRandom random bound]
  (.nextInt random (int bound)))

(defn between
  "A whole number in [least, most]."
  [random least most]
  (+ least (below random (inc (- most least)))))

(defn pick
  "One of some things."
  [random things]
  (nth (vec things) (below random (count things))))

(defn counter
  "A function that gives 1, 2, 3 …, to any thread."
  []
  (let [last-given (atom 0)]
    #(swap! last-given inc)))

(defn on-each
  "So many threads of a kind on each node."
  [nodes n thread]
  (for [node nodes, _ (range n)]
    (assoc thread :node node)))

