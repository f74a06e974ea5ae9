(ns tidemark.chaos.shell
  "Programs of the system, run to their end."
  (:refer-clojure :exclude [run!])
  (:require [clojure.string :as string])
  (:import (java.util.concurrent TimeUnit)))

(def ^:private bound-seconds 30)

(defn run
  "Runs a program and returns {:exit :out}, with both its outputs in one."
  [& words]
  (let [process (-> (ProcessBuilder. ^java.util.List (mapv str words))
                    (.redirectErrorStream true)
                    (.redirectInput (java.io.File. "/dev/null"))
                    (.start))
        out (future (slurp (.getInputStream process)))]
    (when-not (.waitFor process bound-seconds TimeUnit/SECONDS)
      (.destroyForcibly process)
      (throw (ex-info (str (string/join " " words) ": no end") {})))
    {:exit (.exitValue process) :out @out}))

(defn run!
  "Runs a program that must succeed; returns what it said."
  [& words]
  (let [{:keys [exit out]} (apply run words)]
    (when-not (zero? exit)
      (throw (ex-info (str (string/join " " words) ": exit " exit ": " (string/trim out)) {})))
    out))
