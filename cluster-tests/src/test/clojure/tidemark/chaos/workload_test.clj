(ns tidemark.chaos.workload-test
  "Each checker passes a good history and finds what is wrong with a bad one."
  (:require [clojure.test :refer [deftest is]]
            [tidemark.chaos.checker :as checker]
            [tidemark.chaos.told :as told]
            [tidemark.chaos.workload.ids :as ids]
            [tidemark.chaos.workload.jobs :as jobs]
            [tidemark.chaos.workload.register :as register]
            [tidemark.chaos.workload.set :as set]))

(defn- wrong
  "What a checker found: the names of its findings."
  [verdict]
  (let [names (for [[name value] verdict :when (and (map? value) (:some value))] name)]
    (is (= (:valid? verdict) (empty? names)))
    (clojure.core/set names)))

;; ---- set

(deftest a-set-is-valid-when-all-acked-is-there
  (is (= #{} (wrong (set/check (told/history (told/call 0 :add 1 [1 1])
                                             (told/call 1 :add 2 :info nil)
                                             (told/call 2 :add 3 :info nil)
                                             (told/call 0 :last {:by :info} {:by :info :seq 2})
                                             (told/stored [1 "S.set.1" 1] [2 "S.set.2" 2] [3 "S.jobs" 1])))))))

(deftest a-set-that-lost-something-is-not
  (is (= #{:lost} (wrong (set/check (told/history (told/call 0 :add 1 [1 1]) (told/stored))))))
  (is (= #{:lost} (wrong (set/check (told/history (told/call 0 :add 1 [1 1]) (told/call 1 :add 2 :info nil)
                                                  (told/stored [1 "S.set.2" 2] [2 "S.set.1" 1])))))
      "another value under its sequence"))

(deftest a-set-that-holds-something-twice-is-not
  (is (= #{:duplicated} (wrong (set/check (told/history (told/call 0 :add 1 [1 1])
                                                        (told/stored [1 "S.set.1" 1] [2 "S.set.1" 1])))))))

(deftest a-set-that-holds-what-was-refused-or-never-added-is-not
  (is (= #{:unexpected} (wrong (set/check (told/history (told/call 0 :add 1 :fail nil) (told/stored [1 "S.set.1" 1]))))))
  (is (= #{:unexpected} (wrong (set/check (told/history (told/stored [1 "S.set.1" 1])))))))

(deftest a-set-whose-order-contradicts-time-is-not
  (is (= #{:reordered} (wrong (set/check (told/history (told/call 0 :add 1 [1 2])
                                                       (told/call 1 :add 2 [2 1])
                                                       (told/stored [1 "S.set.2" 2] [2 "S.set.1" 1])))))))

(deftest a-stale-read-of-the-last-sequence-is-found
  (is (= #{:stale} (wrong (set/check (told/history (told/call 0 :add 1 [1 5])
                                                   (told/call 1 :last {:by :direct} {:by :direct :seq 4})
                                                   (told/stored [5 "S.set.1" 1]))))))
  (is (= #{} (wrong (set/check (told/history (told/invoked 1 :last {:by :direct})
                                             (told/call 0 :add 1 [1 5])
                                             (told/ended 1 :ok :last {:by :direct :seq 4})
                                             (told/stored [5 "S.set.1" 1])))))
      "asked before"))

(deftest a-stream-that-was-never-read-is-no-verdict
  (is (= :unknown (get-in ((checker/compose {:set set/check}) (told/history (told/call 0 :add 1 [1 1]))) [:set :valid?]))))

;; ---- ids

(deftest ids-are-valid-when-each-is-stored-once
  (is (= #{} (wrong (ids/check (told/history (told/call 0 :publish 4 {:id 4 :seq 1 :tries 3})
                                             (told/call 0 :repeat {:id 4 :seq 1} {:id 4 :seq 1 :again {:seq 1 :duplicate true}})
                                             (told/call 1 :publish 5 :info nil)
                                             (told/stored [1 "S.ids" 4])))))))

(deftest an-id-that-is-lost-is-found
  (is (= #{:lost} (wrong (ids/check (told/history (told/call 0 :publish 4 {:id 4 :seq 1 :tries 1}) (told/stored)))))))

(deftest an-id-that-is-stored-twice-is-found
  (is (= #{:duplicated} (wrong (ids/check (told/history (told/call 0 :publish 4 {:id 4 :seq 1 :tries 2})
                                                        (told/stored [1 "S.ids" 4] [2 "S.ids" 4])))))))

(deftest a-repetition-that-is-taken-for-new-is-found
  (is (= #{:unrecognized} (wrong (ids/check (told/history (told/call 0 :publish 4 {:id 4 :seq 1 :tries 1})
                                                          (told/call 0 :repeat {:id 4 :seq 1} {:id 4 :seq 1 :again {:seq 2}})
                                                          (told/stored [1 "S.ids" 4])))))))

;; ---- jobs

(defn- message
  [seq attempt]
  {:seq seq :attempt attempt :data seq :reply (str "ack." seq)})

(def ^:private nothing-left
  (told/call 98 :backlog nil {:pending 0 :unacked 0}))

(deftest a-consumer-is-valid-when-all-comes-and-nothing-confirmed-comes-again
  (is (= #{} (wrong (jobs/check (told/history (told/call 0 :enqueue 1 [1 1])
                                              (told/call 1 :pull nil [(message 1 1)])
                                              (told/call 1 :ack (message 1 1) :info nil)
                                              (told/call 2 :pull nil [(message 1 2)])
                                              (told/call 2 :ack (message 1 2) (message 1 2))
                                              nothing-left))))
      "it may come again while its ack is unknown"))

(deftest a-redelivery-to-a-later-pull-is-found
  (is (= #{:redelivered} (wrong (jobs/check (told/history (told/call 0 :enqueue 1 [1 1])
                                                          (told/call 1 :pull nil [(message 1 1)])
                                                          (told/call 1 :ack (message 1 1) (message 1 1))
                                                          (told/call 2 :pull nil [(message 1 2)])
                                                          nothing-left)))))
  (is (= #{} (wrong (jobs/check (told/history (told/call 0 :enqueue 1 [1 1])
                                              (told/invoked 2 :pull nil)
                                              (told/call 1 :pull nil [(message 1 1)])
                                              (told/call 1 :ack (message 1 1) (message 1 1))
                                              (told/ended 2 :ok :pull [(message 1 2)])
                                              nothing-left))))
      "to a pull that was there before the ack was confirmed"))

(deftest a-job-that-never-comes-is-found
  (is (= #{:undelivered} (wrong (jobs/check (told/history (told/call 0 :enqueue 1 [1 1]) nothing-left))))))

(deftest a-consumer-that-has-something-left-is-stuck
  (is (= #{:stuck} (wrong (jobs/check (told/history (told/call 98 :backlog nil {:pending 3 :unacked 0}))))))
  (is (= #{:stuck} (wrong (jobs/check (told/history [])))) "or nobody knows"))

;; ---- register

(deftest registers-are-judged-each-for-itself
  (is (= #{} (wrong (register/check (told/history (told/call 0 :write [1 7] [1 7])
                                                  (told/call 1 :read [2 nil] [2 nil])
                                                  (told/call 1 :cas [1 [7 8]] [1 [7 8]])
                                                  (told/call 1 :read [1 nil] [1 8])))))))

(deftest a-stale-read-of-a-register-is-found
  (is (= #{:not-linearizable} (wrong (register/check (told/history (told/call 0 :write [1 7] [1 7])
                                                                   (told/call 1 :read [1 nil] [1 nil])))))))

(deftest a-refused-compare-and-set-that-took-effect-is-found
  (is (= #{:not-linearizable} (wrong (register/check (told/history (told/call 0 :cas [1 [nil 7]] :fail [1 [nil 7]])
                                                                   (told/call 1 :read [1 nil] [1 7])))))))
