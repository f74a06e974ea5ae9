(ns tidemark.chaos.history-test
  (:require [clojure.test :refer [deftest is]]
            [tidemark.chaos.history :as history]
            [tidemark.chaos.told :as told])
  (:import (java.io File)))

(deftest a-call-is-an-invocation-with-its-outcome
  (let [[_ acked :as calls] (history/calls (told/history (told/invoked 0 :add 1)
                                                   (told/call 1 :add 2 [2 1])
                                                   (told/ended 0 :info :add 1)
                                                   (told/invoked 2 :add 3)))]
    (is (= [:info :ok :info] (map history/outcome calls)))
    (is (= [2 1] (history/answer acked)))))

(deftest a-history-that-was-written-is-read-again
  (let [file (File/createTempFile "history" ".edn")
        told (told/history (told/fault :strike {:fault "kill-leader" :victims ["n1"]} 1) (told/call 0 :cas [1 [nil 2]] [1 [nil 2]]))]
    (try
      (history/write! file told)
      (is (= told (history/read! file)))
      (spit file (pr-str told))
      (is (= told (history/read! file)) "as one vector")
      (finally (.delete file)))))

(deftest recorded-events-are-numbered-in-the-order-of-their-times
  (let [recorder (history/recorder)]
    (run! deref (doall (for [process (range 8)]
                         (future (dotimes [_ 100] (history/record! recorder (told/invoked process :add 1)))))))
    (let [events (history/events recorder)]
      (is (= (range 800) (map :index events)))
      (is (apply <= (map :time events))))))
