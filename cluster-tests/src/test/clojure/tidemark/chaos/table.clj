(ns tidemark.chaos.table
  "The report: a row for each fault."
  (:require [clojure.string :as string]
            [tidemark.chaos.checker :as checker]
            [tidemark.chaos.measure :as measure]))

(def columns
  ["fault" "gap s" "election s" "errors" "acked" "lost" "doubled" "again" "current s" "verdict"])

(defn- seconds
  [value]
  (if value (format "%.2f" (double value)) "–"))

(defn row
  "A fault's row, from its history and the verdicts on it."
  [{:keys [title]} history verdicts]
  (let [{:keys [gap election errors current acked]} (measure/effects history)
        of #(reduce + (map (fn [verdict] (checker/found verdict %)) (vals verdicts)))
        failed (for [[name {:keys [valid?]}] verdicts :when (not (true? valid?))] (clojure.core/name name))]
    [title
     (seconds gap)
     (seconds election)
     (if errors (str (reduce + (vals errors))) "–")
     (str acked)
     (str (of :lost))
     (str (of :duplicated))
     (str (of :redelivered))
     (seconds current)
     (if (seq failed) (str "FAILED: " (string/join ", " failed)) "ok")]))

(defn skipped
  "The row of a fault that was left out."
  [{:keys [title]} why]
  (concat [title] (repeat (- (count columns) 2) "") [(str "skipped: " why)]))

(defn broken
  "The row of a fault whose run came to no end."
  [{:keys [title]} why]
  (concat [title] (repeat (- (count columns) 2) "") [(str "FAILED: " why)]))

(defn lines
  "The table, as Markdown."
  [rows]
  (let [line #(str "| " (string/join " | " %) " |")]
    (concat [(line columns) (line (repeat (count columns) "---"))]
            (map line rows))))
