(ns tidemark.chaos.network
  "Nodes in network namespaces, as cluster-tests/network makes them, and directions between them in which nothing passes. A
  direction is cut by giving the receiver a link address that nobody has: the sender's packets leave, and vanish."
  (:require [tidemark.chaos.shell :as shell]))

(def ^:private nobody "02:00:00:00:00:01")

(defn address
  "Where the nth node listens for the other nodes."
  [n]
  (str "10.77.0." n))

(defn client-address
  "Where the nth node listens for clients."
  [n]
  (str "10.77.1." n))

(defn enter
  "The words that make a command run on a node."
  [network node]
  ["nsenter" (str "--net=/run/netns/" network "-" node)])

(defn- number
  "The node's place: n2 is the second."
  [node]
  (subs node 1))

(defn cut!
  "Nothing gets from one node to the other any more, for each pair [from to]."
  [network pairs]
  (doseq [[from to] pairs]
    (shell/run! "ip" "-n" (str network "-" from) "neigh" "replace" (address (number to))
                "lladdr" nobody "dev" "nodes" "nud" "permanent")))

(defn heal!
  "Undoes a cut."
  [network pairs]
  (doseq [[from to] pairs]
    (shell/run! "ip" "-n" (str network "-" from) "neigh" "del" (address (number to)) "dev" "nodes")))
