(ns tidemark.chaos.measure-test
  (:require [clojure.test :refer [deftest is]]
            [tidemark.chaos.measure :as measure]
            [tidemark.chaos.nemesis :as nemesis]
            [tidemark.chaos.table :as table]
            [tidemark.chaos.told :as told]))

(defn- story
  "A leader, n1, that is struck from 10 s to 15 s; n2 and n3 are left. Calls come between."
  [fault & between]
  (concat [(told/fault :leader {:leader "n1" :term 3 :by "n2"} 9)
           (told/fault :strike {:fault fault :victims ["n1"] :survivors ["n2" "n3"] :leader "n1"} 10)
           (told/fault :struck nil 10)
           (told/fault :leader {:leader "n1" :term 3 :by "n3"} 10.1)
           (told/fault :leader {:leader "n2" :term 4 :by "n3"} 11)]
          between
          [(told/fault :lift nil 15)
           (told/fault :lifted nil 15)
           (told/fault :writing nil 16)
           (told/fault :current nil 17)
           (told/fault :stop nil 18)]))

(defn- write
  "An acked write at n2 or n3."
  [node seconds]
  (told/at seconds (told/call ({"n1" 0, "n2" 1, "n3" 2} node) :add 1 [1 1])))

(def ^:private good
  (told/history (story "cut-leader"
                       (for [second (range 11.5 18 0.5), node ["n2" "n3"]] (write node second))
                       (told/at 12 (told/call 1 :pull nil [{:seq 1}])))))

(deftest a-fault-has-a-gap-an-election-and-a-recovery
  (let [{:keys [gap election current back errors]} (measure/effects good)]
    (is (= 1.5 gap))
    (is (= 1.0 election))
    (is (= [1.0 2.0] [back current]))
    (is (= {} errors)))
  (is (true? (:valid? (measure/check-service good))))
  (is (true? (:valid? (measure/check-recovery good))))
  (is (true? (:valid? (measure/check-isolation good)))))

(deftest the-longest-gap-of-any-node-left-counts
  (let [history (told/history (story "cut-leader" (for [second (range 11.5 18 0.5)] (write "n2" second))))]
    (is (= 8.0 (:gap (measure/effects history))) "n3 never wrote")
    (is (contains? (measure/check-service history) :gap))))

(deftest an-error-where-nothing-was-struck-is-found
  (let [history (told/history (story "cut-leader" (told/at 12 (told/call 1 :add 1 :fail nil))))]
    (is (= 1 (get-in (measure/check-service history) [:errors :count])))))

(deftest a-consumer-that-stands-still-during-a-fault-is-found
  (is (contains? (measure/check-service (told/history (story "cut-leader"))) :deliveries)))

(deftest an-ack-from-the-minority-is-found
  (is (false? (:valid? (measure/check-isolation (told/history (story "cut-leader" (write "n1" 13)))))))
  (is (true? (:valid? (measure/check-isolation (told/history (story "kill-leader" (write "n1" 13)))))) "that was killed, not cut off"))

(deftest a-cluster-that-does-not-recover-is-found
  (let [history (remove #(= :current (:f %)) good)]
    (is (false? (:valid? (measure/check-recovery history))))))

(deftest replicas-that-differ-are-found
  (let [contents (fn [a b c] (told/history (told/call 0 :replicas nil {"n1" a "n2" b "n3" c})))
        same {:index 9 :checksum 1 :rows 4}]
    (is (true? (:valid? (measure/check-replicas (contents same same same)))))
    (is (false? (:valid? (measure/check-replicas (contents same same (assoc same :checksum 2))))))
    (is (false? (:valid? (measure/check-replicas (contents nil nil nil)))) "or aren't known")))

(deftest a-row-counts-what-was-found
  (let [row (table/row (nemesis/fault "cut-leader") good {:set {:valid? false, :lost {:count 3}} :ids {:valid? true}})]
    (is (= (count table/columns) (count row)))
    (is (= "3" (nth row (.indexOf table/columns "lost"))))
    (is (= "FAILED: set" (last row)))))
