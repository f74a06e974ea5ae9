(ns tidemark.chaos.workload.jobs
  "A consumer whose acks are confirmed: what was confirmed never comes in the answer to a pull that was sent later, and
  everything that was put in comes to somebody."
  (:require [tidemark.chaos.checker :as checker]
            [tidemark.chaos.generator :as generator]
            [tidemark.chaos.history :as history]
            [tidemark.chaos.nats :as nats]))

(def consumer "worker")

(def ^:private publish-millis 5000)
(def ^:private ack-millis 3000)
(def ^:private ack-tries 5)
(def ^:private ack-wait-nanos 5000000000)

(defn set-up!
  "Makes the consumer."
  [connection stream]
  (nats/api connection
            (str "CONSUMER.DURABLE.CREATE." stream "." consumer)
            (str "{\"stream_name\":\"" stream "\",\"config\":{\"durable_name\":\"" consumer "\",\"ack_policy\":\"explicit\","
                 "\"filter_subject\":\"" stream ".jobs\",\"ack_wait\":" ack-wait-nanos "}}")))

(defn- enqueue
  [stream]
  (fn [connection {:keys [value]}]
    [value (:seq (nats/publish connection (str stream ".jobs") {} (str value) publish-millis))]))

(defn- pull
  [stream]
  (fn [connection _]
    (let [messages (volatile! [])]
      (nats/pull connection stream consumer {:batch 20 :millis 1000}
                 (fn [message]
                   (vswap! messages conj (assoc (nats/delivered message)
                                                :data (parse-long (nats/text message))
                                                :reply (.getReplyTo ^io.nats.client.Message message)))))
      @messages)))

(defn- ack
  [connection {{:keys [reply]} :value, :as operation}]
  (nats/request connection reply {} "+ACK" ack-millis)
  (:value operation))

(defn backlog
  "What the consumer still has to do: {:pending :unacked}."
  [connection stream]
  (let [{:keys [num_pending num_ack_pending]} (nats/api connection (str "CONSUMER.INFO." stream "." consumer) "")]
    {:pending num_pending :unacked num_ack_pending}))

(defn- worker
  "The :next of a thread that pulls and acks what it got, again where an ack's outcome is unknown."
  []
  (let [to-ack (atom clojure.lang.PersistentQueue/EMPTY)]
    (fn [_ {:keys [f type value]}]
      (cond
        (and (= :pull f) (= :ok type)) (swap! to-ack into (map #(assoc % :tries ack-tries) value))
        (and (= :ack f) (not= :ok type) (< 1 (:tries value))) (swap! to-ack conj (update value :tries dec)))
      (if-let [message (peek @to-ack)]
        (do (swap! to-ack pop)
            {:f :ack :value message})
        {:f :pull :value nil}))))

(defn- confirmed
  "Where in the history each sequence's ack was first confirmed."
  [calls]
  (reduce (fn [at call]
            (update at (:seq (:value call)) (fnil min Long/MAX_VALUE) (:index (:outcome call))))
          {}
          (history/of calls #{:ack} #{:ok})))

(defn check
  "Judges the history of a consumer."
  [history]
  (let [calls (history/calls history)
        confirmed-at (confirmed calls)
        deliveries (for [pull (history/of calls #{:pull} #{:ok})
                         message (history/answer pull)]
                     (assoc message :asked (:index pull) :node (:node pull)))
        delivered (set (map :seq deliveries))
        backlog (history/answer (last (history/of calls #{:backlog} #{:ok})))
        enqueued (map history/answer (history/of calls #{:enqueue} #{:ok}))]
    (checker/verdict
     {:redelivered (for [{:keys [seq asked] :as message} deliveries
                         :let [at (confirmed-at seq)]
                         :when (and at (< at asked))]
                     (assoc message :confirmed at))
      :undelivered (for [[value seq] enqueued
                         :when (not (delivered seq))]
                     {:value value :seq seq})
      :stuck (when (not= {:pending 0 :unacked 0} backlog) [(or backlog :unknown)])}
     :acked (count enqueued)
     :confirmed (count confirmed-at)
     :repeated (count (filter #(< 1 (:attempt %)) deliveries)))))

(defn workload
  "Jobs in a stream, and those who do them."
  [{:keys [stream nodes]}]
  (let [value (generator/counter)]
    {:generator (concat
                 (generator/on-each nodes 1 {:next (fn [_ _] {:f :enqueue :value (value)})
                                             :rest [10 30]})
                 (for [node nodes]
                   {:node node :next (worker) :rest [0 5] :phase :drain}))
     :client {:enqueue (enqueue stream)
              :pull (pull stream)
              :ack ack}
     ;; A pull whose answer is lost has an effect: what it took comes again after the ack wait.
     :idempotent #{}}))
