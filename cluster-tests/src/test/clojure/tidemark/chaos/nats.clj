(ns tidemark.chaos.nats
  "NATS and the JetStream API as data: requests whose failures are thrown as ex-infos that say whether the outcome is
  certain (:outcome :refused) or not (:outcome :unknown)."
  (:import (io.nats.client Connection Connection$Status ErrorListener JetStreamStatusException Message Nats Options$Builder)
           (io.nats.client.impl Headers)
           (io.nats.client.support JsonParser JsonValue)
           (java.nio.charset StandardCharsets)
           (java.time Duration)
           (java.util.concurrent CompletableFuture ExecutionException TimeUnit TimeoutException)))

(set! *warn-on-reflection* true)

(def ^:private request-floor-millis 10000)

(defn connect
  "A connection to one node that comes back by itself, to that node only. Where it is down, nothing is kept to be sent
  later: what failed then was never sent."
  ^Connection [url]
  (Nats/connect (-> (Options$Builder.)
                    (.server url)
                    (.ignoreDiscoveredServers)
                    (.maxReconnects -1)
                    (.reconnectWait (Duration/ofMillis 100))
                    (.reconnectJitter (Duration/ofMillis 20))
                    (.reconnectBufferSize 0)
                    (.connectionTimeout (Duration/ofSeconds 3))
                    (.pingInterval (Duration/ofSeconds 60))
                    (.requestCleanupInterval (Duration/ofMillis request-floor-millis))
                    (.reportNoResponders)
                    (.errorListener (reify ErrorListener))
                    (.build))))

(defn close!
  [^Connection connection]
  (.close connection))

(defn connected?
  [^Connection connection]
  (= Connection$Status/CONNECTED (.getStatus connection)))

(defn parse
  "JSON, as Clojure's maps with keywords, vectors, strings, numbers and booleans."
  [text]
  (letfn [(data [^JsonValue value]
            (cond
              (.-map value) (into {} (map (fn [[k v]] [(keyword k) (data v)])) (.-map value))
              (.-array value) (mapv data (.-array value))
              :else (.-object value)))]
    (data (JsonParser/parse ^String text))))

(defn json
  "A flat map as JSON."
  [m]
  (letfn [(text [value]
            (cond
              (vector? value) (str "[" (apply str (interpose "," (map text value))) "]")
              (or (string? value) (keyword? value)) (str \" (name value) \")
              :else (str value)))]
    (str "{" (apply str (interpose "," (for [[k v] m] (str (text k) ":" (text v))))) "}")))

(defn- failure
  [outcome what cause]
  (ex-info (str what) {:outcome outcome} cause))

(defn- headers
  ^Headers [m]
  (let [result (Headers.)]
    (doseq [[k v] m]
      (.put result ^String k ^"[Ljava.lang.String;" (into-array String [(str v)])))
    result))

(defn- bytes-of
  ^bytes [^String text]
  (.getBytes text StandardCharsets/UTF_8))

(defn text
  "A message's payload."
  [^Message message]
  (String. (.getData message) StandardCharsets/UTF_8))

(defn header
  "A message's header, nil where it has none of that name."
  [^Message message name]
  (some-> (.getHeaders message) (.getFirst name)))

(defn request
  "Sends a request and waits for its answer, a message."
  [^Connection connection ^String subject header-map body millis]
  (let [^CompletableFuture answer
        (try
          (.requestWithTimeout connection subject (headers header-map) (bytes-of body) (Duration/ofMillis millis))
          (catch IllegalStateException e (throw (failure :refused "not connected" e))))]
    (try
      (.get answer (+ millis 500) TimeUnit/MILLISECONDS)
      (catch TimeoutException e (throw (failure :unknown "no answer" e)))
      (catch java.util.concurrent.CancellationException e (throw (failure :unknown "no answer" e)))
      (catch ExecutionException e
        (let [cause (.getCause e)]
          (throw (cond
                   (instance? JetStreamStatusException cause) (failure :refused "no responders" cause)
                   (instance? TimeoutException cause) (failure :unknown "no answer" cause)
                   :else (failure :unknown cause cause))))))))

(defn- without-error
  "An API's answer; its error is thrown, with its :code."
  [answer]
  (if-let [{:keys [err_code description]} (:error answer)]
    (throw (ex-info (str description) {:outcome :refused :code err_code}))
    answer))

(defn publish
  "Publishes a message and waits for its ack, {:seq … :duplicate …}."
  [connection subject header-map body millis]
  (without-error (parse (text (request connection subject header-map body millis)))))

(defn api
  "Asks the JetStream API, $JS.API.<what>."
  ([connection what body] (api connection what body 5000))
  ([connection what body millis]
   (without-error (parse (text (request connection (str "$JS.API." what) {} body millis))))))

(defn decoded
  "The payload of a message that an API answer holds."
  [{:keys [data]}]
  (String. (.decode (java.util.Base64/getDecoder) ^String data) StandardCharsets/UTF_8))

(defn pull
  "Asks a pull consumer for messages and calls (f message) for each of the answer, until the answer says that it is
  complete, or the request is over."
  [^Connection connection stream consumer {:keys [batch millis]} f]
  (let [inbox (.createInbox connection)
        subscription (.subscribe connection inbox)
        deadline (+ (System/currentTimeMillis) millis 500)]
    (try
      (.publish connection
                (str "$JS.API.CONSUMER.MSG.NEXT." stream "." consumer)
                inbox
                (bytes-of (json {:batch batch :expires (* millis 1000000)})))
      (loop [remaining batch]
        (let [rest-millis (- deadline (System/currentTimeMillis))
              ^Message message (when (and (pos? remaining) (pos? rest-millis))
                                 (.nextMessage subscription (Duration/ofMillis rest-millis)))]
          (when (and message (not (.isStatusMessage message)))
            (f message)
            (recur (dec remaining)))))
      (catch IllegalStateException e (throw (failure :refused "not connected" e)))
      (finally
        (try (.unsubscribe subscription) (catch IllegalStateException _ nil))))))

(defn delivered
  "What the reply subject of a delivered message tells."
  [^Message message]
  (let [tokens (.split (.getReplyTo message) "\\.")
        [delivered stream-sequence] (take-last 5 tokens)]
    {:seq (Long/parseLong stream-sequence)
     :attempt (Long/parseLong delivered)}))

(defn stored
  "Every message of a stream, in order: {:seq :subject :data}."
  [connection stream]
  (let [{:keys [messages]} (:state (api connection (str "STREAM.INFO." stream) ""))
        consumer (:name (api connection
                             (str "CONSUMER.CREATE." stream)
                             (str "{\"stream_name\":\"" stream "\",\"config\":{\"ack_policy\":\"none\",\"deliver_policy\":\"all\","
                                  "\"inactive_threshold\":60000000000}}")))
        found (volatile! [])]
    (loop [idle 0]
      (let [before (count @found)]
        (pull connection stream consumer {:batch (max 1 (min 500 (- messages before))) :millis 2000}
              (fn [^Message message]
                (vswap! found conj {:seq (:seq (delivered message))
                                    :subject (.getSubject message)
                                    :data (text message)})))
        (cond
          (>= (count @found) messages) @found
          (< idle 10) (recur (if (= before (count @found)) (inc idle) 0))
          :else (throw (failure :unknown (str "read " (count @found) " of " messages " messages") nil)))))))
