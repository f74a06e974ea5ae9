(ns tidemark.chaos.suite
  "The test of one fault: all workloads at once on one stream."
  (:require [clojure.string :as string]
            [tidemark.chaos.checker :as checker]
            [tidemark.chaos.client :as client]
            [tidemark.chaos.cluster :as cluster]
            [tidemark.chaos.measure :as measure]
            [tidemark.chaos.nats :as nats]
            [tidemark.chaos.nemesis :as nemesis]
            [tidemark.chaos.workload.ids :as ids]
            [tidemark.chaos.workload.jobs :as jobs]
            [tidemark.chaos.workload.register :as register]
            [tidemark.chaos.workload.set :as set]))

(def checkers
  "All that a history is judged by."
  {:set set/check
   :ids ids/check
   :jobs jobs/check
   :register register/check
   :replicas measure/check-replicas
   :service measure/check-service
   :isolation measure/check-isolation
   :recovery measure/check-recovery})

(defn- replicas
  "What each node holds of the stream: the index up to which it has applied, and the content's checksum; asked again until
  all have applied the same."
  [stream]
  (fn [_ cluster]
    (let [contents (into (sorted-map)
                         (for [{:keys [name] :as node} (cluster/nodes cluster)]
                           [name (:content (get (cluster/groups node (str "?content=true&group=" stream)) (keyword stream)))]))]
      (if (apply = (map :index (vals contents)))
        contents
        (throw (ex-info "replicas have applied different indexes" contents))))))

(defn chaos-test
  "The test of a fault, see tidemark.chaos.runner."
  [{:keys [name] :as fault} seed nodes]
  (let [stream (string/upper-case (string/replace name "-" "_"))
        workloads (for [workload [set/workload ids/workload jobs/workload register/workload]]
                    (workload {:stream stream :nodes nodes}))]
    {:name name
     :seed seed
     :stream stream
     :generator (mapcat :generator workloads)
     :client (client/by-function (apply merge (map :client workloads)))
     :idempotent (into #{} (mapcat :idempotent) workloads)
     :set-up #(jobs/set-up! % stream)
     :settled? #(= {:pending 0 :unacked 0} (jobs/backlog % stream))
     :final [[:backlog (fn [connection _] (jobs/backlog connection stream))]
             [:stored (fn [connection _] {:messages (nats/stored connection stream)})]
             [:replicas (replicas stream)]]
     :nemesis (nemesis/strike-and-lift fault)
     :checker (checker/compose checkers)}))
