(ns tidemark.chaos.tests
  "Tests of clojure.test, for a runner that knows nothing of it."
  (:require [clojure.string :as string]
            [clojure.test :as test]))

(defn- failures
  "Runs a test; what failed in it, as text."
  [test]
  (let [said (java.io.StringWriter.)
        counters (ref test/*initial-report-counters*)]
    (binding [test/*report-counters* counters
              test/*test-out* said]
      (test/test-vars [test]))
    (let [{:keys [fail error pass]} @counters]
      (cond
        (pos? (+ fail error)) (str said)
        (zero? pass) "nothing was asserted"
        :else ""))))

(defn of
  "The tests of a namespace, by name: functions that return what failed, an empty text where nothing did."
  [namespace]
  (let [namespace (symbol namespace)]
    (require namespace)
    (into (sorted-map)
          (for [[name tested] (ns-publics namespace)
                :when (:test (meta tested))]
            [(string/replace (str name) "-" " ") #(failures tested)]))))
