(ns tidemark.chaos.workload.ids
  "Publishes with ids, sent again under their id until they are acked, and now and then once more after that: an id is
  stored once, whatever was repeated, and a repetition is told so."
  (:require [tidemark.chaos.await :as await]
            [tidemark.chaos.checker :as checker]
            [tidemark.chaos.generator :as generator]
            [tidemark.chaos.history :as history]
            [tidemark.chaos.nats :as nats]))

;; Short, so that repetitions meet their originals while these are still under way.
(def ^:private try-millis 1000)
(def ^:private give-up-seconds 60)
(def ^:private pause-millis 20)
(def ^:private repeat-every 4)

(defn- publish
  [stream]
  (fn [connection {id :value}]
    (let [send #(nats/publish connection (str stream ".ids") {"Nats-Msg-Id" id} (str id) try-millis)
          deadline (+ (await/now) give-up-seconds)
          [ack tries] (loop [tries 1]
                        (if-let [ack (await/attempt send)]
                          [ack tries]
                          (if (< (await/now) deadline)
                            (do (Thread/sleep (long pause-millis))
                                (recur (inc tries)))
                            (throw (ex-info "never acked" {:outcome :unknown})))))
          again (when (zero? (mod id repeat-every)) (await/attempt send))]
      (cond-> {:id id :seq (:seq ack) :tries tries}
        again (assoc :again (select-keys again [:seq :duplicate]))))))

(defn check
  "Judges the history of publishes with ids."
  [history]
  (let [calls (history/calls history)
        stored (checker/stored history "ids")
        places (group-by (comp parse-long :data) stored)
        answers (map history/answer (history/of calls #{:publish} #{:ok}))]
    (checker/verdict
     {:lost (for [{:keys [id seq]} answers
                  :when (not-any? #(= seq (:seq %)) (places id))]
              {:id id :seq seq :there (mapv :seq (places id))})
      :duplicated (for [[id messages] places
                        :when (next messages)]
                    {:id id :seqs (mapv :seq messages)})
      :unrecognized (for [{:keys [id seq again]} answers
                          :when (and again (not= again {:seq seq :duplicate true}))]
                      {:id id :seq seq :again again})}
     :acked (count answers)
     :repeated (count (filter #(or (:again %) (< 1 (:tries %))) answers)))))

(defn workload
  "Publishes with ids into a stream."
  [{:keys [stream nodes]}]
  (let [id (generator/counter)]
    {:generator (generator/on-each nodes 2 {:next (fn [_ _] {:f :publish :value (id)})
                                            :rest [5 20]})
     :client {:publish (publish stream)}
     :idempotent #{}
     :checker {:ids check}}))
