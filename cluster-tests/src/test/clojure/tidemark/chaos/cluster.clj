(ns tidemark.chaos.cluster
  "Three nodes as processes of the distribution: on loopback, or on a network of their own; on the common file system, or on
  disks whose power can be cut."
  (:require [clojure.java.io :as io]
            [clojure.string :as string]
            [tidemark.chaos.await :as await]
            [tidemark.chaos.disk :as disk]
            [tidemark.chaos.nats :as nats]
            [tidemark.chaos.network :as network]
            [tidemark.chaos.shell :as shell])
  (:import (java.io File)
           (java.net InetAddress ServerSocket URI)
           (java.net.http HttpClient HttpRequest HttpResponse$BodyHandlers)
           (java.time Duration)
           (java.util.concurrent TimeUnit)))

(def ^:private start-seconds 60)
(def ^:private names ["n1" "n2" "n3"])

(defn- free-ports
  [n]
  (let [sockets (vec (repeatedly n #(ServerSocket. 0 1 (InetAddress/getLoopbackAddress))))]
    (try
      (mapv #(.getLocalPort ^ServerSocket %) sockets)
      (finally (run! #(.close ^ServerSocket %) sockets)))))

(defn- listeners
  "Where each node listens: [client monitoring cluster raft-port]."
  [network]
  (if network
    (for [n (range 1 4)]
      [(str (network/client-address n) ":4222") (str (network/client-address n) ":8222") (str (network/address n) ":6222") 7222])
    (for [[client monitor cluster raft] (partition 4 (free-ports 12))]
      [(str "127.0.0.1:" client) (str "127.0.0.1:" monitor) (str "127.0.0.1:" cluster) raft])))

(defn- configuration
  [name data [client monitor cluster raft] routes]
  (string/join "\n" [(str "server_name: " name)
                     (str "listen: " client)
                     (str "http: \"" monitor "\"")
                     (str "jetstream { store_dir: \"" data "\" }")
                     (str "cluster { name: chaos, listen: " cluster ", raft_port: " raft
                          ", routes: [" (string/join ", " routes) "] }")
                     ""]))

(defn- node
  [{:keys [directory network disks?]} routes name [client monitor :as listeners]]
  (let [home (doto (io/file directory name) .mkdirs)
        data (doto (io/file home "data") .mkdirs)
        config (io/file home "node.conf")
        disk (when disks? (disk/open! (io/file home "disk.ext4") data))]
    (spit config (configuration name data listeners routes))
    {:name name
     :url (str "nats://" client)
     :monitor (str "http://" monitor)
     :config config
     :data data
     :log (io/file home "log")
     :disk disk
     :enter (if network (network/enter network name) [])}))

(defn make
  "Describes a cluster in a directory; nothing runs yet. The network is the name given to cluster-tests/network, nil for
  loopback. Where sync-breaker is given (see tidemark.chaos.disk), the nodes' syncs can be broken."
  [{:keys [program network disks? sync-breaker] :as options}]
  (let [where (listeners network)
        routes (for [[_ _ cluster] where] (str "nats://" cluster))]
    {:program (str program)
     :network network
     :disks? disks?
     :unsynced-while (:file sync-breaker)
     :environment (:environment sync-breaker {})
     :processes (atom {})
     :nodes (into (sorted-map)
                  (for [[name listeners] (map vector names where)]
                    [name (node options routes name listeners)]))}))

(defn nodes
  "All nodes, or those of some names."
  ([cluster] (vals (:nodes cluster)))
  ([cluster names] (map (:nodes cluster) names)))

(defn start!
  "Starts a node; doesn't wait."
  [{:keys [program environment processes nodes]} name]
  (let [{:keys [enter config ^File log]} (nodes name)
        builder (ProcessBuilder. ^java.util.List (vec (concat enter [program "-c" (str config)])))]
    (.putAll (.environment builder) environment)
    (.redirectErrorStream builder true)
    (.redirectInput builder (File. "/dev/null"))
    (.redirectOutput builder (java.lang.ProcessBuilder$Redirect/appendTo log))
    (swap! processes assoc name (.start builder))))

(defn- process
  ^Process [cluster name]
  (@(:processes cluster) name))

(defn kill!
  "kill -9 of some nodes, all at once; waits until they are gone."
  [cluster names]
  (let [running (keep #(process cluster %) names)]
    (run! #(.destroyForcibly ^Process %) running)
    (doseq [^Process each running]
      (when-not (.waitFor each 30 TimeUnit/SECONDS)
        (throw (ex-info (str "process " (.pid each) " doesn't end") {}))))
    (swap! (:processes cluster) #(apply dissoc % names))))

(defn signal!
  "Sends a node a signal."
  [cluster name signal]
  (shell/run! "kill" "-s" signal (.pid (process cluster name))))

(def ^:private http
  (delay (-> (HttpClient/newBuilder) (.connectTimeout (Duration/ofMillis 500)) .build)))

(defn- page
  "A monitoring page of a node; throws unless there is an answer at once."
  [{:keys [monitor]} path]
  (let [request (-> (HttpRequest/newBuilder (URI. (str monitor path)))
                    (.timeout (Duration/ofSeconds 5))
                    .build)
        response (.send ^HttpClient @http request (HttpResponse$BodyHandlers/ofString))]
    (if (= 200 (.statusCode response))
      (.body response)
      (throw (ex-info (str path ": " (.statusCode response)) {})))))

(defn groups
  "What a node knows of its groups, by name: /raftz, with a checksum of their content where it is asked for."
  ([node] (groups node ""))
  ([node query] (apply merge (vals (nats/parse (page node (str "/raftz" query)))))))

(defn leader
  "Who leads a stream, as a node knows it: {:leader name :term}; the name is nil where it knows of none."
  [node stream]
  (let [{:keys [leader term peers]} (get (groups node (str "?group=" stream)) (keyword stream))]
    {:leader (:name (get peers (keyword leader)))
     :term term}))

(defn healthy?
  [node]
  (page node "/healthz")
  true)

(defn await-healthy
  "Waits until these nodes serve; throws with the end of a log where one doesn't."
  [cluster names]
  (doseq [{:keys [name log] :as node} (nodes cluster names)]
    (await/until! (str name " serves") start-seconds #(healthy? node)
                  #(string/join "\n" (take-last 20 (string/split-lines (slurp log)))))))

(defn start-all!
  "Starts all nodes and waits until they serve."
  [cluster]
  (run! #(start! cluster %) (keys (:nodes cluster)))
  (await-healthy cluster (keys (:nodes cluster))))

(defn close!
  "Ends all nodes and takes their disks away."
  [cluster]
  (kill! cluster (keys (:nodes cluster)))
  (run! disk/close! (keep :disk (nodes cluster))))
