(ns tidemark.chaos.history
  "What happened, in Jepsen's form: one map per event with :process, :type (:invoke, :ok, :fail, :info), :f, :value,
  :time (nanoseconds since the test began) and :index. Our own keys beside those: :node, where the process is connected,
  and :error. A process whose call has an unknown outcome never appears again; its thread goes on as another one.

  On disk it is EDN, one event a line."
  (:require [clojure.edn :as edn]
            [clojure.java.io :as io])
  (:import (java.io PushbackReader)
           (java.util ArrayList)))

(defn recorder
  "Takes events, from any thread."
  []
  {:events (ArrayList.) :began (System/nanoTime)})

(defn record!
  "Adds an event, with its :time and :index. Returns it."
  [{:keys [^ArrayList events began]} event]
  (locking events
    (let [event (assoc event :time (- (System/nanoTime) began) :index (.size events))]
      (.add events event)
      event)))

(defn events
  "What was recorded until now."
  [{:keys [^ArrayList events]}]
  (locking events (vec events)))

(defn indexed
  "Gives events that were written by hand, in order, their :index, and a :time where they have none."
  [events]
  (vec (map-indexed (fn [i event] (merge {:time (* i 1000000)} event {:index i})) events)))

(defn client?
  "Whether an event is a client's, not a fault's."
  [event]
  (integer? (:process event)))

(defn calls
  "The clients' calls, in the order of their invocations: what was invoked, with the :outcome's event (none: the history
  ended before it)."
  [history]
  (let [outcomes (reduce (fn [{:keys [open done] :as so-far} event]
                           (cond
                             (not (client? event)) so-far
                             (= :invoke (:type event)) (assoc-in so-far [:open (:process event)] (:index event))
                             :else {:open (dissoc open (:process event))
                                    :done (assoc done (open (:process event)) event)}))
                         {:open {} :done {}}
                         history)]
    (for [event history
          :when (and (client? event) (= :invoke (:type event)))]
      (assoc event :outcome (get-in outcomes [:done (:index event)])))))

(defn outcome
  "How a call ended: :ok, :fail, or :info for unknown."
  [call]
  (get-in call [:outcome :type] :info))

(defn answer
  "The value of a call's outcome."
  [call]
  (get-in call [:outcome :value]))

(defn of
  "The calls of these functions that ended with one of these outcomes (any, where none is named)."
  ([calls fs] (filter (comp fs :f) calls))
  ([calls fs outcomes] (filter (comp outcomes outcome) (of calls fs))))

(defn write!
  "Writes a history to a file."
  [file history]
  (io/make-parents file)
  (with-open [out (io/writer file)]
    (binding [*out* out *print-namespace-maps* false *print-length* nil *print-level* nil]
      (run! prn history))))

(defn read!
  "Reads a history from a file: events one after another, or one vector of them."
  [file]
  (with-open [in (PushbackReader. (io/reader file))]
    (let [events (->> (repeatedly #(edn/read {:eof ::end :default (fn [_ value] value)} in))
                      (take-while #(not= ::end %))
                      vec)]
      (if (and (= 1 (count events)) (vector? (first events))) (first events) events))))
