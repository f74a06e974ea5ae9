(ns tidemark.chaos.await
  "Waiting for conditions, never longer than a bound.")

(def ^:private pause-millis 50)

(defn now
  "Seconds of a clock that only runs forward."
  []
  (/ (System/nanoTime) 1e9))

(defn attempt
  "The value of (f), nil where it throws."
  [f]
  (try (f) (catch Exception _ nil)))

(defn until
  "Asks (f) again and again until it answers something true, and returns that; nil after that many seconds. What it throws
  counts as no."
  [seconds f]
  (let [deadline (+ (now) seconds)]
    (loop []
      (or (attempt f)
          (when (< (now) deadline)
            (Thread/sleep (long pause-millis))
            (recur))))))

(defn until!
  "As until, but throws, saying what was waited for and what (state) shows then."
  ([what seconds f] (until! what seconds f (constantly nil)))
  ([what seconds f state]
   (or (until seconds f)
       (throw (ex-info (str what ": not within " seconds " s") {:state (attempt state)})))))
