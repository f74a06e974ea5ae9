(ns tidemark.chaos.workload.set
  "Unique values go in, and everything acked comes out once, under the sequence that its ack named, in one order that
  agrees with time. Beside that the stream's last sequence is read, in each way that there is: it is never older than
  what was acked before."
  (:require [tidemark.chaos.checker :as checker]
            [tidemark.chaos.generator :as generator]
            [tidemark.chaos.history :as history]
            [tidemark.chaos.nats :as nats]))

(def ^:private publish-millis 5000)
(def ^:private subjects 4)

;; Longer than any fault: what is asked of a stopped node is answered when it goes on.
(def ^:private read-millis 12000)

(defn- add
  [stream]
  (fn [connection {:keys [value]}]
    (let [subject (str stream ".set." (mod value subjects))]
      [value (:seq (nats/publish connection subject {} (str value) publish-millis))])))

(defn- last-sequence
  [stream]
  (let [by-subject (nats/json {:last_by_subj (str stream ".>")})]
    (fn [connection {{:keys [by]} :value}]
      {:by by
       :seq (case by
              :info (get-in (nats/api connection (str "STREAM.INFO." stream) "" read-millis) [:state :last_seq])
              :message (get-in (nats/api connection (str "STREAM.MSG.GET." stream) by-subject read-millis) [:message :seq])
              :direct (some-> (nats/request connection (str "$JS.API.DIRECT.GET." stream) {} by-subject read-millis)
                              (nats/header "Nats-Sequence")
                              parse-long))})))

(defn- acked
  [calls]
  (history/of calls #{:add} #{:ok}))

(defn- floors
  "Pairs of a call and the highest of the sequences (by acknowledged) that had been acked before it was invoked."
  [history calls]
  (let [sequence-at (into {} (for [call (acked calls)]
                               [(:index (:outcome call)) (second (history/answer call))]))
        wanted (into {} (map (juxt :index identity)) calls)]
    (first (reduce (fn [[pairs floor] {:keys [index]}]
                     [(if-let [call (wanted index)] (conj pairs [call floor]) pairs)
                      (max floor (sequence-at index 0))])
                   [[] 0]
                   history))))

(defn check
  "Judges the history of a set."
  [history]
  (let [calls (history/calls history)
        stored (checker/stored history "set")
        at (into {} (map (juxt :seq (comp parse-long :data))) stored)
        places (group-by (comp parse-long :data) stored)
        added (into {} (map (juxt :value history/outcome)) (history/of calls #{:add}))
        pairs (floors history calls)]
    (checker/verdict
     {:lost (for [call (acked calls)
                  :let [[value sequence] (history/answer call)]
                  :when (not= value (at sequence))]
              {:value value :seq sequence :there (at sequence)})
      :duplicated (for [[value messages] places
                        :when (next messages)]
                    {:value value :seqs (mapv :seq messages)})
      :unexpected (for [value (keys places)
                        :when (not (#{:ok :info} (added value)))]
                    {:value value :outcome (added value)})
      :reordered (for [[call floor] pairs
                       :when (and (= :add (:f call)) (= :ok (history/outcome call)))
                       :let [[value sequence] (history/answer call)]
                       :when (<= sequence floor)]
                   {:value value :seq sequence :acked-before floor})
      :stale (for [[call floor] pairs
                   :when (and (= :last (:f call)) (= :ok (history/outcome call)))
                   :let [{:keys [by seq]} (history/answer call)]
                   :when (< (or seq 0) floor)]
               {:by by :seq seq :acked-before floor :node (:node call) :index (:index call)})}
     :acked (count (acked calls))
     :reads (count (history/of calls #{:last} #{:ok})))))

(defn workload
  "The set in a stream."
  [{:keys [stream nodes]}]
  (let [value (generator/counter)]
    {:generator (concat
                 (generator/on-each nodes 2 {:next (fn [_ _] {:f :add :value (value)})
                                             :rest [2 10]})
                 (generator/on-each nodes 6 {:next (fn [random _]
                                                     {:f :last :value {:by (generator/pick random [:info :message :direct])}})
                                             :rest [300 3000]}))
     :client {:add (add stream)
              :last (last-sequence stream)}
     :idempotent #{:last}}))
