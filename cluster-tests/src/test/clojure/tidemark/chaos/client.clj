(ns tidemark.chaos.client
  "Carries operations out. A client is a function of a connection and an operation that returns the operation's value once
  it is done, and throws otherwise; here that becomes an outcome in a history."
  (:require [tidemark.chaos.nats :as nats])
  (:import (clojure.lang ExceptionInfo)))

(defn connect
  "Connections to some nodes, by name."
  [nodes]
  (into {} (for [{:keys [name url]} nodes] [name (nats/connect url)])))

(defn disconnect!
  [connections]
  (run! nats/close! (vals connections)))

(defn by-function
  "A client that has another one for each :f."
  [clients]
  (fn [connection operation]
    ((clients (:f operation)) connection operation)))

(defn outcome
  "Lets a client carry an operation out, and returns the event of its end. What changes nothing fails where its outcome is
  unknown: :idempotent names the functions of that kind."
  [client idempotent connection operation]
  (try
    (assoc operation :type :ok :value (client connection operation))
    (catch ExceptionInfo e
      (let [{:keys [outcome]} (ex-data e)]
        (assoc operation
               :type (if (or (= :refused outcome) (idempotent (:f operation))) :fail :info)
               :error (ex-message e))))
    (catch Exception e
      (assoc operation :type (if (idempotent (:f operation)) :fail :info) :error (str e)))))
