(ns tidemark.chaos.nemesis
  "Faults. Each strikes some nodes, lasts for a while, and is lifted; what it did stands in the history as events of the
  process :nemesis:

    :strike  which nodes, which others are left, who led the stream; then :struck when it is done
    :leader  who leads, as a node says, whenever that changes
    :lift    and :lifted when it is done
    :writing every node's publishers get acks again; :current all replicas are current"
  (:require [clojure.java.io :as io]
            [tidemark.chaos.await :as await]
            [tidemark.chaos.cluster :as cluster]
            [tidemark.chaos.disk :as disk]
            [tidemark.chaos.generator :as generator]
            [tidemark.chaos.nats :as nats]
            [tidemark.chaos.network :as network]))

(def faults
  "In the order in which `quick` has them. :whom is struck; :seconds is how long it lasts; :back is within how many seconds
  after its end all nodes have to take writes again (three times what is expected)."
  [{:name "kill-follower" :title "kill -9 of a follower" :kind :kill :whom :follower :seconds 4 :back 30}
   {:name "kill-leader" :title "kill -9 of the leader" :kind :kill :whom :leader :seconds 4 :back 30}
   {:name "kill-all" :title "kill -9 of all three" :kind :kill :whom :all :seconds 0 :back 60}
   {:name "pause-leader" :title "leader stopped for 5 s, resumed, read at once" :kind :pause :whom :leader :seconds 5 :back 15}
   {:name "cut-leader" :title "leader cut off, healed" :kind :cut :whom :leader :seconds 6 :back 15}
   {:name "mute-leader" :title "nobody hears the leader, healed" :kind :mute :whom :leader :seconds 6 :back 15}
   {:name "deaf-leader" :title "the leader hears nobody, healed" :kind :deaf :whom :leader :seconds 6 :back 15}
   {:name "halves" :title "halves: a follower cut off, healed" :kind :cut :whom :follower :seconds 6 :back 15}
   {:name "cut-all" :title "everyone alone, healed" :kind :cut :whom :all :seconds 5 :back 15}
   {:name "power-all" :title "power cut of all three" :kind :power :whom :all :seconds 0 :back 60}
   {:name "wipe-follower" :title "a follower's disk wiped" :kind :wipe :whom :follower :seconds 2 :back 60}])

(defn fault
  "The fault of a name; throws where there is none."
  [name]
  (or (first (filter #(= name (:name %)) faults))
      (throw (ex-info (str "no fault named " name) {}))))

(defn missing
  "What a fault needs and this cluster hasn't, in words; nil where it can be done."
  [{:keys [kind]} {:keys [network disks?]}]
  (case kind
    (:cut :mute :deaf) (when-not network "network namespaces aren't permitted")
    :power (when-not disks? "images can't be mounted")
    nil))

;; For how long nodes whose syncs are broken work like that before they are struck.
(def ^:private unsynced-millis 2000)

(defn- victims
  [{:keys [whom]} names leader random]
  (case whom
    :leader [leader]
    :follower [(generator/pick random (remove #{leader} names))]
    :all (vec names)))

(defn- directions
  "The pairs [from to] between which nothing passes: from and to the struck nodes, or one of these."
  [{:keys [kind]} names struck]
  (for [from names, to names
        :when (not= from to)
        :when (case kind
                :cut (or (some #{from} struck) (some #{to} struck))
                :mute (some #{from} struck)
                :deaf (some #{to} struck))]
    [from to]))

(defn- wipe!
  [^java.io.File directory]
  (doseq [file (reverse (rest (file-seq directory)))]
    (io/delete-file file)))

(defn- strike!
  [{:keys [kind] :as fault} {:keys [network] :as cluster} struck]
  (case kind
    :kill (cluster/kill! cluster struck)
    :pause (run! #(cluster/signal! cluster % "STOP") struck)
    (:cut :mute :deaf) (network/cut! network (directions fault (keys (:nodes cluster)) struck))
    :power (let [disks (map :disk (cluster/nodes cluster struck))]
             (disk/cut-power! disks)
             (cluster/kill! cluster struck)
             (disk/restore-power! disks)
             (some-> (:unsynced-while cluster) (io/delete-file true)))
    :wipe (do (cluster/kill! cluster struck)
              (run! (comp wipe! :data) (cluster/nodes cluster struck)))))

(defn- lift!
  [{:keys [kind] :as fault} {:keys [network] :as cluster} struck]
  (case kind
    (:kill :power :wipe) (run! #(cluster/start! cluster %) struck)
    :pause (run! #(cluster/signal! cluster % "CONT") struck)
    (:cut :mute :deaf) (network/heal! network (directions fault (keys (:nodes cluster)) struck))))

(defn- watch-leader
  "Notes who leads, as each node says, until the promise is kept."
  [{:keys [cluster stream note]} done]
  (doseq [{:keys [name] :as node} (cluster/nodes cluster)]
    (future
      (loop [known nil]
        (when-not (realized? done)
          (let [told (or (await/attempt #(cluster/leader node stream)) known)]
            (when (not= told known)
              (note :leader (assoc told :by name)))
            (deref done 25 nil)
            (recur told)))))))

(defn- current?
  "Whether the stream's leader says that both others are with it, and they are voters of every group that it knows."
  [{:keys [cluster stream connections]}]
  (let [{:keys [replicas]} (:cluster (some #(await/attempt (fn [] (nats/api % (str "STREAM.INFO." stream) "" 1000)))
                                           (filter nats/connected? (vals connections))))
        sizes (for [node (cluster/nodes cluster), [_ group] (cluster/groups node)]
                (:size group))]
    (and (= 2 (count replicas))
         (every? #(and (:current %) (not (:offline %))) replicas)
         (every? #{3} sizes))))

(defn- each-node-acks?
  "Whether ten more writes were acked on each node than before."
  [before acked]
  (every? (fn [[name n]] (< (+ n 10) (acked name))) before))

(defn strike-and-lift
  "A nemesis for one fault: a function of the run's :cluster, :stream, :connections, :random, (note f value) and (acked node).
  Returns once everything is as before, or the bounds for that are past."
  [{:keys [seconds back] :as fault}]
  (fn [{:keys [cluster stream random note acked] :as context}]
    (let [names (keys (:nodes cluster))
          leader (:leader (await/until! "a leader" 20 #(let [told (cluster/leader (first (cluster/nodes cluster)) stream)]
                                                          (when (:leader told) told))))
          struck (victims fault names leader random)
          done (promise)
          counts #(into {} (map (juxt identity acked)) names)]
      (watch-leader context done)
      (when-let [file (:unsynced-while cluster)]
        (spit file "")
        (deref done unsynced-millis nil))
      (try
        (note :strike {:fault (:name fault) :victims struck :survivors (vec (remove (set struck) names)) :leader leader})
        (strike! fault cluster struck)
        (note :struck nil)
        (deref done (long (* 1000 seconds)) nil)
        (note :lift nil)
        (let [lifted (await/now)
              left #(max 0 (- (+ lifted back) (await/now)))]
          (lift! fault cluster struck)
          (note :lifted nil)
          (let [before (counts)]
            (when (await/until (left) #(each-node-acks? before acked))
              (note :writing nil)))
          (when (await/until (left) #(current? context))
            (note :current nil)))
        (finally (deliver done true))))))
