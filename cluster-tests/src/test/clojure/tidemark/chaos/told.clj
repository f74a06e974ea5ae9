(ns tidemark.chaos.told
  "Histories told by hand, for tests of those who judge them."
  (:require [tidemark.chaos.history :as history]))

(defn invoked
  "A call begins."
  [process f value]
  {:process process :type :invoke :f f :value value :node (str "n" (inc (mod process 3)))})

(defn ended
  "A call ends: :ok, :fail or :info."
  [process type f value]
  (assoc (invoked process f value) :type type))

(defn call
  "A call that nothing came between."
  ([process f value answer] (call process f value :ok answer))
  ([process f value type answer] [(invoked process f value) (ended process type f answer)]))

(defn fault
  "Something that the nemesis did, at a time in seconds."
  [f value at]
  {:process :nemesis :type :info :f f :value value :time (long (* at 1e9))})

(defn at
  "Events at a time in seconds."
  [seconds & events]
  (map #(assoc % :time (long (* seconds 1e9))) (flatten events)))

(defn stored
  "The stream as it was read at the end: [sequence subject data] each."
  [& messages]
  (call 99 :stored nil {:messages (for [[seq subject data] messages] {:seq seq :subject subject :data (str data)})}))

(defn history
  "A history of events and calls."
  [& told]
  (history/indexed (flatten told)))
