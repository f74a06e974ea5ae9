(ns tidemark.chaos.measure
  "What a fault did to the service, from a history: how long writes stood still, the election's share of that, errors,
  recovery. Its bounds are three times what is wanted: a machine may be slow, and shared."
  (:require [tidemark.chaos.checker :as checker]
            [tidemark.chaos.history :as history]
            [tidemark.chaos.nemesis :as nemesis]))

(def ^:private writes #{:add :publish :enqueue :write})
(def ^:private gap-seconds 6)
(def ^:private grace-nanos 1000000000)

(defn- seconds
  [nanos]
  (/ nanos 1e9))

(defn story
  "A fault's events: the value of :strike, and when each other one happened."
  [history]
  (let [events (filter #(= :nemesis (:process %)) history)
        at (fn [f] (:time (last (filter #(= f (:f %)) events))))]
    (merge (:value (first (filter #(= :strike (:f %)) events)))
           {:struck (at :strike)
            :lifted (at :lifted)
            :lift (at :lift)
            :writing (at :writing)
            :current (at :current)
            :ended (at :stop)
            :leaders (filter #(= :leader (:f %)) events)})))

(defn- ack-times
  "When writes were acked on a node."
  [calls node]
  (for [call (history/of calls writes #{:ok})
        :when (= node (:node call))]
    (:time (:outcome call))))

(defn- longest-gap
  [times from to]
  (let [within (sort (filter #(< from % to) times))]
    (apply max (map - (concat within [to]) (cons from within)))))

(defn- election
  "Nanoseconds from the fault until a node that it left alone knew of another leader; nil where the leader wasn't struck."
  [{:keys [victims survivors leader struck leaders]}]
  (when (and (seq survivors) (some #{leader} victims))
    (let [term (apply max 0 (keep (comp :term :value) (filter #(< (:time %) struck) leaders)))]
      (first (for [{:keys [time value]} leaders
                   :when (and (< struck time)
                              (some #{(:by value)} survivors)
                              (:leader value)
                              (not= leader (:leader value))
                              (<= term (:term value)))]
               (- time struck))))))

(defn- errors
  "The writes on these nodes that weren't acked, by what they said."
  [calls nodes from]
  (frequencies
   (for [call (history/of calls writes #{:fail :info})
         :when (and (some #{(:node call)} nodes)
                    (< from (:time (or (:outcome call) call))))]
     (str (:node call) " " (name (:f call)) ": " (:error (:outcome call) "no end")))))

(defn effects
  "What a history's fault did: numbers, in seconds where they are times; nil where there is nothing to tell."
  [history]
  (let [{:keys [victims survivors struck lifted writing current ended] :as story} (story history)
        calls (history/calls history)
        observed (if (seq survivors) survivors victims)
        elected (election story)]
    {:gap (seconds (apply max (for [node observed] (longest-gap (ack-times calls node) struck ended))))
     :election (some-> elected seconds)
     :errors (when (seq survivors) (errors calls survivors struck))
     :back (when writing (seconds (- writing lifted)))
     :current (when current (seconds (- current lifted)))
     :acked (count (history/of calls writes #{:ok}))}))

(defn check-service
  "Judges whether those whom the fault left alone went on: writes without errors, after a short gap, and deliveries."
  [history]
  (let [{:keys [survivors struck lift]} (story history)
        {:keys [gap errors]} (effects history)
        delivered (for [pull (history/of (history/calls history) #{:pull} #{:ok})
                        :when (and (some #{(:node pull)} survivors)
                                   (< struck (:time pull) lift)
                                   (seq (history/answer pull)))]
                    pull)]
    (checker/verdict
     (if (seq survivors)
       {:gap (when (< gap-seconds gap) [gap])
        :errors errors
        :deliveries (when (empty? delivered) [:none])}
       {})
     :gap-seconds gap)))

(defn check-recovery
  "Judges whether all nodes took writes again and all replicas were current in time."
  [history]
  (let [{:keys [fault]} (story history)
        {:keys [back current]} (effects history)]
    (checker/verdict {:writing (when-not back [:never])
                      :current (when-not current [:never])}
                     :bound-seconds (:back (nemesis/fault fault)))))

(defn check-isolation
  "Judges whether those who were cut off from the majority gave no acks."
  [history]
  (let [{:keys [fault victims struck lift]} (story history)
        cut? (#{:cut :mute :deaf} (:kind (nemesis/fault fault)))]
    (checker/verdict
     {:acks (when cut?
              (for [call (history/of (history/calls history) writes #{:ok})
                    :when (and (some #{(:node call)} victims)
                               (< (+ struck grace-nanos) (:time (:outcome call)) lift))]
                (select-keys call [:f :value :node :index])))})))

(defn check-replicas
  "Judges whether all replicas hold the same bytes at the same index."
  [history]
  (let [contents (history/answer (last (history/of (history/calls history) #{:replicas} #{:ok})))]
    (checker/verdict {:different (when-not (and (= 3 (count contents))
                                                (every? :checksum (vals contents))
                                                (apply = (vals contents)))
                                   [(or contents :unknown)])})))
