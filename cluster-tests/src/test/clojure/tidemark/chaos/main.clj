(ns tidemark.chaos.main
  "The command line, see cluster-tests/chaos."
  (:require [clojure.java.io :as io]
            [clojure.pprint :as pprint]
            [clojure.string :as string]
            [tidemark.chaos.await :as await]
            [tidemark.chaos.cluster :as cluster]
            [tidemark.chaos.disk :as disk]
            [tidemark.chaos.generator :as generator]
            [tidemark.chaos.history :as history]
            [tidemark.chaos.measure :as measure]
            [tidemark.chaos.nemesis :as nemesis]
            [tidemark.chaos.runner :as runner]
            [tidemark.chaos.suite :as suite]
            [tidemark.chaos.table :as table])
  (:import (java.io File)))

(defn- tally
  "The verdicts of one fault as a result: what it counts, and its row."
  [fault history verdicts]
  {:row (table/row fault history verdicts)
   :passed (count (filter (comp true? :valid?) (vals verdicts)))
   :failed (count (remove (comp true? :valid?) (vals verdicts)))})

(defn- show-findings
  "Prints what isn't as it should be."
  [verdicts]
  (doseq [[name verdict] verdicts
          :when (not (true? (:valid? verdict)))]
    (println "FAIL" (clojure.core/name name))
    (pprint/pprint verdict)))

(defn- judge
  "Judges a history and prints what was found."
  [fault history]
  (let [verdicts ((:checker (suite/chaos-test fault 0 [])) history)]
    (show-findings verdicts)
    (tally fault history verdicts)))

(defn- history-file
  ^File [directory {:keys [name]} seed]
  (io/file directory "histories" (str name "-" seed ".edn")))

(defn- strike
  "Runs the test of one fault, keeps its history, and judges it."
  [{:keys [directory cluster]} fault seed]
  (println)
  (println (str "-- " (:name fault) ", seed " seed))
  (if-let [missing (nemesis/missing fault cluster)]
    (do (println "left out:" missing)
        {:row (table/skipped fault missing) :passed 0 :failed 0 :skipped 1})
    (let [file (history-file directory fault seed)
          began (await/now)]
      (try
        (let [history (runner/run-test! cluster (suite/chaos-test fault seed (keys (:nodes cluster))))]
          (history/write! file history)
          (let [{:keys [row] :as result} (judge fault history)]
            (println (string/join " | " (map (fn [column cell] (str column " " cell)) (rest table/columns) (rest row))))
            (println (format "   %d events, %.0f s, leader %s" (count history) (- (await/now) began) (:leader (measure/story history))))
            result))
        (catch Exception e
          (println "FAIL" (:name fault) "comes to no end:" (ex-message e))
          (pprint/pprint (dissoc (ex-data e) :history))
          (when-let [history (:history (ex-data e))]
            (history/write! file history))
          {:row (table/broken fault (ex-message e)) :passed 0 :failed 1})))))

(defn- last-line
  "Prints what a run ends with; returns the exit code."
  [passed failed skipped]
  (println (str passed " passed, " failed " failed" (when (pos? skipped) (str ", " skipped " skipped"))))
  (if (zero? failed) 0 1))

(defn- report
  "Prints the table and the last line; returns the exit code."
  [results]
  (println)
  (run! println (table/lines (map :row results)))
  (apply last-line (for [kind [:passed :failed :skipped]]
                     (reduce + (map #(kind % 0) results)))))

(defn- with-cluster
  "Calls (f context) with a running cluster and takes that down afterwards, whatever happens."
  [{:keys [directory server] :as options} f]
  (let [directory (io/file directory)
        cluster (cluster/make (assoc options :directory directory :program server :disks? (disk/permitted? directory)))
        closing (delay (cluster/close! cluster))
        hook (Thread. #(deref closing))]
    (.addShutdownHook (Runtime/getRuntime) hook)
    (try
      (cluster/start-all! cluster)
      (f {:directory directory :cluster cluster})
      (finally
        @closing
        (.removeShutdownHook (Runtime/getRuntime) hook)))))

(defn- quick
  [options]
  (with-cluster options
    (fn [context]
      (report (doall (map-indexed (fn [i fault] (strike context fault (inc i)))
                                  (if-let [names (:faults options)]
                                    (map nemesis/fault (string/split names #","))
                                    nemesis/faults)))))))

(defn- soak
  [{:keys [minutes seed] :as options}]
  (let [first-seed (or (some-> seed parse-long) (rem (System/currentTimeMillis) 1000000000))
        deadline (+ (await/now) (* 60 (parse-long (or minutes "60"))))]
    (println "first seed" first-seed)
    (with-cluster options
      (fn [context]
        (loop [results [], seed first-seed]
          (if (< (await/now) deadline)
            (let [fault (generator/pick (generator/random seed -2) nemesis/faults)]
              (recur (conj results (strike context fault seed)) (inc seed)))
            (report results)))))))

(defn- red
  "Cuts the power of nodes whose syncs did nothing for a moment: something acked must be lost, and be missed."
  [{:keys [directory] :as options}]
  (if-let [breaker (disk/sync-breaker directory)]
    (with-cluster (assoc options :sync-breaker breaker)
      (fn [context]
        (let [{:keys [row failed skipped]} (strike context (nemesis/fault "power-all") 1)
              [passed failed] (cond
                                skipped [0 0]
                                (pos? failed) [1 0]
                                :else [0 1])]
          (println (cond
                     skipped "left out"
                     (pos? passed) (str "expected red, and it is: " (last row))
                     :else "expected red, but nothing was missed"))
          (last-line passed failed (or skipped 0)))))
    (do (println "left out: no C compiler")
        (last-line 0 0 1))))

(defn- judge-file
  [file]
  (let [history (history/read! file)
        fault (nemesis/fault (:fault (measure/story history)))]
    (report [(judge fault history)])))

(defn- options
  "--name value pairs as a map; throws for anything else."
  [words]
  (into {} (for [[flag value] (partition-all 2 words)]
             (if (and value (string/starts-with? flag "--"))
               [(keyword (subs flag 2)) value]
               (throw (ex-info (str "not understood: " flag) {}))))))

(defn run
  "Does what the command line says; returns the exit code."
  [[command & words]]
  (try
    (case command
      "quick" (quick (options words))
      "soak" (soak (options words))
      "red" (red (options words))
      "judge" (judge-file (first words))
      (throw (ex-info (str "no command " command) {})))
    (finally
      (shutdown-agents))))
