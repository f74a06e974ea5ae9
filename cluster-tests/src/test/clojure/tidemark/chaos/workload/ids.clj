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

(defn- send-once
  [connection stream id]
  (nats/publish connection (str stream ".ids") {"Nats-Msg-Id" id} (str id) try-millis))

(defn- publish
  [stream]
  (fn [connection {id :value}]
    (let [deadline (+ (await/now) give-up-seconds)]
      (loop [tries 1]
        (if-let [ack (await/attempt #(send-once connection stream id))]
          {:id id :seq (:seq ack) :tries tries}
          (if (< (await/now) deadline)
            (do (Thread/sleep (long pause-millis))
                (recur (inc tries)))
            (throw (ex-info "never acked" {:outcome :unknown}))))))))

(defn- repeat-acked
  [stream]
  (fn [connection {{:keys [id]} :value, :as operation}]
    (let [ack (send-once connection stream id)]
      (assoc (:value operation) :again (select-keys ack [:seq :duplicate])))))

(defn check
  "Judges the history of publishes with ids."
  [history]
  (let [calls (history/calls history)
        stored (checker/stored history "ids")
        places (group-by (comp parse-long :data) stored)
        answers (map history/answer (history/of calls #{:publish} #{:ok}))
        repeated (map history/answer (history/of calls #{:repeat} #{:ok}))]
    (checker/verdict
     {:lost (for [{:keys [id seq]} answers
                  :when (not-any? #(= seq (:seq %)) (places id))]
              {:id id :seq seq :there (mapv :seq (places id))})
      :duplicated (for [[id messages] places
                        :when (next messages)]
                    {:id id :seqs (mapv :seq messages)})
      :unrecognized (for [{:keys [seq again] :as answer} repeated
                          :when (not= again {:seq seq :duplicate true})]
                      answer)}
     :acked (count answers)
     :repeated (+ (count repeated) (count (filter #(< 1 (:tries %)) answers))))))

(defn- follow
  "The :next of a thread that now and then repeats what was acked."
  [next-id]
  (fn [_ {:keys [f type value]}]
    (if (and (= :publish f) (= :ok type) (zero? (mod (:id value) repeat-every)))
      {:f :repeat :value (select-keys value [:id :seq])}
      {:f :publish :value (next-id)})))

(defn workload
  "Publishes with ids into a stream."
  [{:keys [stream nodes]}]
  {:generator (generator/on-each nodes 2 {:next (follow (generator/counter))
                                          :rest [5 20]})
   :client {:publish (publish stream)
            :repeat (repeat-acked stream)}
   :idempotent #{:repeat}})
