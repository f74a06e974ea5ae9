(ns tidemark.chaos.runner
  "Runs a test, a map:

    :name       of the history's file
    :seed       all randomness comes from it
    :stream     made anew, three replicas
    :generator  threads, see tidemark.chaos.generator
    :client     a function of a connection and an operation, see tidemark.chaos.client
    :idempotent the functions whose unknown outcome changes nothing
    :set-up     called with a connection once the stream is there
    :settled?   asked with a connection whether nothing is left to do
    :final      functions of a connection and the cluster, by :f: what is read at the end
    :nemesis    see tidemark.chaos.nemesis
    :checker    a function of the history

  The threads begin, the nemesis does its work, those of phase :load stop, those of phase :drain go on until nothing is left
  to do; then the stream is read, and deleted."
  (:require [tidemark.chaos.await :as await]
            [tidemark.chaos.client :as client]
            [tidemark.chaos.cluster :as cluster]
            [tidemark.chaos.generator :as generator]
            [tidemark.chaos.history :as history]
            [tidemark.chaos.nats :as nats])
  (:import (java.util.concurrent CountDownLatch TimeUnit)))

(def ^:private create-seconds 60)
(def ^:private flow-seconds 30)
(def ^:private end-seconds 90)
(def ^:private drain-seconds 60)
(def ^:private final-seconds 90)
(def ^:private failure-pause-millis 20)
(def ^:private warm-up-writes 50)
(def ^:private writes #{:add :publish :enqueue :write})

(defn- create-stream!
  [connection stream]
  (await/until! (str "stream " stream) create-seconds
                #(nats/api connection (str "STREAM.CREATE." stream)
                           (str "{\"name\":\"" stream "\",\"subjects\":[\"" stream ".>\"],\"num_replicas\":3,"
                                "\"storage\":\"file\",\"retention\":\"limits\",\"allow_direct\":true}"))
                #(try (nats/api connection (str "STREAM.INFO." stream) "") (catch Exception e (str e)))))

(defn- pause
  "Rests between two operations, unless it is over meanwhile."
  [^CountDownLatch over millis]
  (.await over (long millis) TimeUnit/MILLISECONDS))

(defn- work
  "One thread: operation after operation until it is over. Unknown outcomes end a process; the next one has its number plus
  that of all threads."
  [{:keys [test recorder connections threads acked]} number {:keys [node next rest]} over]
  (let [random (generator/random (:seed test) number)
        [least most] rest]
    (pause over (generator/between random 0 most))
    (loop [process number, last-event nil]
      (when (pos? (.getCount ^CountDownLatch over))
        (let [operation (assoc (next random last-event) :process process :node node)
              _ (history/record! recorder (assoc operation :type :invoke))
              {:keys [type f] :as event} (history/record! recorder (client/outcome (:client test) (:idempotent test) (connections node) operation))]
          (when (and (= :ok type) (writes f))
            (swap! acked update node (fnil inc 0)))
          (pause over (cond-> (generator/between random least most) (= :fail type) (max failure-pause-millis)))
          (recur (if (= :info type) (+ process threads) process) event))))))

(defn- final-read!
  "Reads something until it can be read, and records that as a call."
  [{:keys [recorder connections process cluster]} f read]
  (let [operation {:process process :f f :value nil}]
    (history/record! recorder (assoc operation :type :invoke))
    (let [answer (await/until final-seconds
                              #(some (fn [connection] (await/attempt (fn [] {:value (read connection cluster)})))
                                     (filter nats/connected? (vals connections))))]
      (history/record! recorder (if answer
                                  (assoc operation :type :ok :value (:value answer))
                                  (assoc operation :type :fail :error "it can't be read"))))))

(defn- await-end!
  [futures]
  (doseq [each futures]
    (when (= ::late (deref each (* 1000 end-seconds) ::late))
      (throw (ex-info "a client's thread comes to no end" {})))))

(defn- any-connection
  [connections]
  (or (first (filter nats/connected? (vals connections)))
      (throw (ex-info "no node can be reached" {}))))

(defn run-test!
  "Runs a test on a cluster. Returns its history."
  [cluster {:keys [seed stream generator nemesis settled? set-up final] :as test}]
  (let [connections (client/connect (cluster/nodes cluster))
        recorder (history/recorder)
        acked (atom {})
        context {:test test :recorder recorder :connections connections :acked acked :cluster cluster
                 :threads (inc (count generator)) :process (count generator)}
        over {:load (CountDownLatch. 1) :drain (CountDownLatch. 1)}
        note (fn [f value] (history/record! recorder {:process :nemesis :type :info :f f :value value}))]
    (try
      (create-stream! (any-connection connections) stream)
      (set-up (any-connection connections))
      (let [threads (doall (map-indexed
                            (fn [number {:keys [phase] :or {phase :load} :as thread}]
                              {:phase phase :end (future (work context number thread (over phase)))})
                            generator))
            ends #(map :end (filter (comp #{%} :phase) threads))]
        (try
          (await/until! "writes are acked on every node" flow-seconds
                        (fn [] (every? #(< warm-up-writes (get @acked (:name %) 0)) (cluster/nodes cluster)))
                        (fn [] @acked))
          (nemesis {:cluster cluster :stream stream :connections connections
                    :random (generator/random seed -1)
                    :note note :acked #(get @acked % 0)})
          (note :stop nil)
          (.countDown ^CountDownLatch (:load over))
          (await-end! (ends :load))
          (await/until drain-seconds #(settled? (any-connection connections)))
          (finally
            (run! #(.countDown ^CountDownLatch %) (vals over))))
        (await-end! (ends :drain)))
      (doseq [[f read] final]
        (final-read! context f read))
      (nats/api (any-connection connections) (str "STREAM.DELETE." stream) "" 15000)
      (history/events recorder)
      (catch Exception e
        (throw (ex-info (ex-message e) (assoc (ex-data e) :history (history/events recorder)) e)))
      (finally
        (client/disconnect! connections)))))
