(ns tidemark.chaos.workload.register
  "Registers: a subject each, whose last message is the value. A write is a publish, a compare-and-set one that expects the
  sequence of the value that it replaces, a read a get of the subject's last message. Each is linearizable.

  A register is left for the next one after some changes, so that a search stays small, but not while nothing succeeds: the
  one that was in use when a fault struck is read afterwards. Values are written once."
  (:require [tidemark.chaos.checker :as checker]
            [tidemark.chaos.generator :as generator]
            [tidemark.chaos.history :as history]
            [tidemark.chaos.linearizable :as linearizable]
            [tidemark.chaos.nats :as nats])
  (:import (io.nats.client Message)))

(def ^:private write-millis 5000)

;; Longer than any fault: what is asked of a stopped node is answered when it goes on.
(def ^:private read-millis 12000)
(def ^:private changes-per-register 25)
(def ^:private no-message 10037)

(defn- subject
  [stream register]
  (str stream ".register." register))

(defn- by-message-get
  [connection stream register]
  (try
    (let [{:keys [message]} (nats/api connection
                                      (str "STREAM.MSG.GET." stream)
                                      (nats/json {:last_by_subj (subject stream register)})
                                      read-millis)]
      [(parse-long (nats/decoded message)) (:seq message)])
    (catch clojure.lang.ExceptionInfo e
      (if (= no-message (:code (ex-data e)))
        [nil 0]
        (throw e)))))

(defn- by-direct-get
  [connection stream register]
  (let [^Message message (nats/request connection (str "$JS.API.DIRECT.GET." stream "." (subject stream register)) {} "" read-millis)]
    (cond
      (not (.isStatusMessage message)) [(parse-long (nats/text message)) (parse-long (nats/header message "Nats-Sequence"))]
      (= 404 (.getCode (.getStatus message))) [nil 0]
      :else (throw (ex-info (str (.getStatus message)) {:outcome :refused})))))

(defn- read-register
  [stream]
  (fn [connection {[register] :value, :keys [by]}]
    [register (first ((case by :direct by-direct-get :message by-message-get) connection stream register))]))

(defn- write
  [stream changed]
  (fn [connection {[register value] :value, :as operation}]
    (nats/publish connection (subject stream register) {} (str value) write-millis)
    (changed)
    (:value operation)))

(defn- compare-and-set
  [stream changed]
  (fn [connection {[register [old new]] :value, :as operation}]
    (let [[value sequence] (try
                             (by-message-get connection stream register)
                             (catch clojure.lang.ExceptionInfo e
                               (throw (ex-info (ex-message e) {:outcome :refused} e))))]
      (when (not= old value)
        (throw (ex-info "another value" {:outcome :refused})))
      (nats/publish connection
                    (subject stream register)
                    {"Nats-Expected-Last-Subject-Sequence" sequence}
                    (str new)
                    write-millis)
      (changed)
      (:value operation))))

(defn- by-register
  "The calls of each register, as the search wants them."
  [calls]
  (group-by :register
            (for [call (history/of calls #{:read :write :cas})
                  :let [[register value] (if (= :ok (history/outcome call)) (history/answer call) (:value call))]]
              {:register register
               :id (:index call)
               :f (:f call)
               :value value
               :outcome (history/outcome call)
               :invoked (:index call)
               :returned (:index (:outcome call))
               :node (:node call)})))

(defn check
  "Judges the history of registers."
  [history]
  (let [registers (by-register (history/calls history))
        verdicts (for [[register calls] registers]
                   (assoc (linearizable/check calls) :register register))
        ended (filter #(= :ok (:outcome %)) (mapcat val registers))]
    (cond-> (checker/verdict {:not-linearizable (filter #(false? (:valid? %)) verdicts)}
                             :registers (count registers)
                             :reads (count (filter #(= :read (:f %)) ended))
                             :writes (count (remove #(= :read (:f %)) ended)))
      (some #(= :unknown (:valid? %)) verdicts) (update :valid? #(and % :unknown)))))

(defn workload
  "Registers in a stream."
  [{:keys [stream nodes]}]
  (let [changes (atom 0)
        changed #(swap! changes inc)
        value (generator/counter)
        newest #(quot @changes changes-per-register)
        read-one (fn [random]
                   {:f :read :value [(newest) nil] :by (generator/pick random [:message :direct])})
        follow (fn [random {:keys [f type], [register seen] :value}]
                 (if (and (= :read f) (= :ok type) (zero? (generator/below random 2)))
                   {:f :cas :value [register [seen (value)]]}
                   (case (generator/below random 4)
                     0 {:f :write :value [(newest) (value)]}
                     (read-one random))))]
    {:generator (concat
                 (generator/on-each nodes 2 {:next follow :rest [5 30]})
                 (generator/on-each nodes 6 {:next (fn [random _] (read-one random)) :rest [300 3000]}))
     :client {:read (read-register stream)
              :write (write stream changed)
              :cas (compare-and-set stream changed)}
     :idempotent #{:read}}))
