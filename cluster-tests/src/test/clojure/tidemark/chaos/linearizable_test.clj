(ns tidemark.chaos.linearizable-test
  (:require [clojure.test :refer [deftest is]]
            [tidemark.chaos.generator :as generator]
            [tidemark.chaos.linearizable :as linearizable]))

(defn- calls
  "[f value outcome invoked returned] each."
  [& told]
  (map-indexed (fn [id [f value outcome invoked returned]]
                 {:id id :f f :value value :outcome outcome :invoked invoked :returned returned})
               told))

(defn- valid?
  [& told]
  (:valid? (linearizable/check (apply calls told))))

(deftest a-read-sees-the-last-write
  (is (true? (valid? [:write 1 :ok 0 1] [:read 1 :ok 2 3])))
  (is (false? (valid? [:write 1 :ok 0 1] [:read nil :ok 2 3])))
  (is (false? (valid? [:write 1 :ok 0 1] [:write 2 :ok 2 3] [:read 1 :ok 4 5]))))

(deftest a-read-beside-a-write-sees-either
  (is (true? (valid? [:write 1 :ok 0 3] [:read nil :ok 1 2])))
  (is (true? (valid? [:write 1 :ok 0 3] [:read 1 :ok 1 2]))))

(deftest two-reads-beside-a-write-do-not-go-back
  (is (true? (valid? [:write 1 :ok 0 9] [:read nil :ok 1 2] [:read 1 :ok 3 4])))
  (is (false? (valid? [:write 1 :ok 0 9] [:read 1 :ok 1 2] [:read nil :ok 3 4]))))

(deftest a-compare-and-set-needs-its-old-value
  (is (true? (valid? [:write 1 :ok 0 1] [:cas [1 2] :ok 2 3] [:read 2 :ok 4 5])))
  (is (false? (valid? [:write 1 :ok 0 1] [:cas [7 2] :ok 2 3])))
  (is (false? (valid? [:write 1 :ok 0 1] [:cas [1 2] :ok 2 5] [:cas [1 3] :ok 3 6])) "two from one value"))

(deftest an-unknown-write-may-take-effect-at-any-time-or-never
  (is (true? (valid? [:write 1 :info 0 nil] [:read nil :ok 1 2])))
  (is (true? (valid? [:write 1 :info 0 nil] [:read nil :ok 1 2] [:read 1 :ok 3 4])))
  (is (false? (valid? [:write 1 :info 0 nil] [:read 1 :ok 1 2] [:read nil :ok 3 4])) "not undone")
  (is (false? (valid? [:read 1 :ok 0 1] [:write 1 :info 2 nil])) "not before it was asked for"))

(deftest a-refused-write-has-no-effect
  (is (true? (valid? [:write 1 :fail 0 1] [:read nil :ok 2 3])))
  (is (false? (valid? [:write 1 :fail 0 1] [:read 1 :ok 2 3]))))

(deftest an-unknown-read-says-nothing
  (is (true? (valid? [:read nil :info 0 nil] [:write 1 :ok 1 2] [:read 1 :ok 3 4]))))

(defn- random-calls
  "Calls to a register that really is one: each takes effect at a random moment between its invocation and its return; some
  outcomes are then forgotten."
  [random]
  (let [intervals (for [id (range 60)
                        :let [effect (* 10 id)]]
                    {:id id
                     :effect effect
                     :invoked (- effect 1 (generator/below random 30) (* 0.001 id))
                     :returned (+ effect 1 (generator/below random 30) (* 0.001 id))})]
    (:calls (reduce (fn [{:keys [state calls]} {:keys [id] :as interval}]
                      (let [f (generator/pick random [:read :read :write :cas])
                            known? (pos? (generator/below random 10))
                            call (merge interval {:f f :outcome (if known? :ok :info)})]
                        (case f
                          :read {:state state :calls (conj calls (assoc call :value state))}
                          :write {:state id :calls (conj calls (assoc call :value id))}
                          :cas {:state id :calls (conj calls (assoc call :value [state id]))})))
                    {:state nil :calls []}
                    intervals))))

(deftest what-a-real-register-did-is-linearizable
  (doseq [seed (range 200)]
    (is (true? (:valid? (linearizable/check (random-calls (generator/random seed 0))))) (str "seed " seed))))

(deftest a-read-of-what-nobody-wrote-is-found-anywhere
  (doseq [seed (range 100)]
    (let [random (generator/random seed 1)
          calls (random-calls random)
          reads (filter #(and (= :read (:f %)) (= :ok (:outcome %))) calls)
          spoilt (:id (generator/pick random reads))]
      (is (false? (:valid? (linearizable/check (map #(if (= spoilt (:id %)) (assoc % :value 1000) %) calls))))
          (str "seed " seed)))))
