(ns tidemark.chaos.checker
  "Judges histories. A checker is a function of a history that returns {:valid? true, false or :unknown, …}, with what it
  counted and, where it isn't valid, examples of what it found."
  (:require [tidemark.chaos.history :as history]))

(def ^:private examples 5)

(defn verdict
  "What a checker returns: valid where none of these findings, a map of names to collections, holds anything. Shows how
  many there are of each, and some of them."
  [findings & {:as counted}]
  (merge counted
         {:valid? (every? empty? (vals findings))}
         (into {} (for [[name found] findings
                        :when (seq found)]
                    [name {:count (count found) :some (vec (take examples found))}]))))

(defn found
  "How many findings of a name there are in a verdict."
  [verdict name]
  (get-in verdict [name :count] 0))

(defn compose
  "Each checker's verdict, by its name. What a checker throws is a verdict too: unknown."
  [checkers]
  (fn [history]
    (into (sorted-map)
          (for [[name checker] checkers]
            [name (try (checker history)
                       (catch Exception e {:valid? :unknown, :error (str e)}))]))))

(defn stored
  "What the stream holds at the end, whole messages under one part of its subjects; throws where it was never read."
  [history part]
  (let [read (last (history/of (history/calls history) #{:stored} #{:ok}))]
    (when-not read
      (throw (ex-info "the stream was never read" {})))
    (filter #(= part (second (.split ^String (:subject %) "\\."))) (:messages (history/answer read)))))
