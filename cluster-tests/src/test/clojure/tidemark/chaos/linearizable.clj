(ns tidemark.chaos.linearizable
  "Whether calls to one register could have taken effect one at a time, each between its invocation and its end: the search
  of Wing and Gong, put off as long as possible as Lowe does. A configuration is [the register's value, the pending calls
  that have taken effect in it]; when a call returns, only those configurations live on in which it has.

  A call whose outcome is unknown is pending for ever: it may take effect at any time, or never.")

(def ^:private most-configurations 200000)

(defn- effect
  "The register's value after a change; ::impossible where it can't have had that outcome."
  [state {:keys [f value]}]
  (case f
    :write value
    :cas (let [[old new] value] (if (= state old) new ::impossible))))

(defn- unseen?
  "Whether nobody can tell that this call of unknown outcome had an effect. (Each value is written once.)"
  [seen {:keys [f value outcome]}]
  (and (= :info outcome)
       (not (seen (if (= :cas f) (second value) value)))))

(defn- possible
  "The calls that may have had an effect, or saw one."
  [calls]
  (let [counting (remove #(or (= :fail (:outcome %))
                              (and (= :read (:f %)) (not= :ok (:outcome %))))
                         calls)
        seen (set (for [{:keys [f value]} counting
                        :when (#{:read :cas} f)]
                    (if (= :cas f) (first value) value)))]
    (remove #(unseen? seen %) counting)))

(defn- timeline
  "Invocations and returns, [:invoke call] and [:return call], in the order in which they happened."
  [calls]
  (->> calls
       (mapcat (fn [{:keys [invoked returned outcome] :as call}]
                 (cond-> [[invoked [:invoke call]]]
                   (= :ok outcome) (conj [returned [:return call]]))))
       (sort-by first)
       (map second)))

(defn- with-reads
  "The configuration once every pending read of its value has taken effect: that changes nothing, and spares the search the
  same with each of them left for later."
  [pending [state effected]]
  [state (into effected (for [[id {:keys [f value]}] pending
                              :when (and (= :read f) (= state value))]
                          id))])

(defn- returned
  "The configurations after a call has returned; nil where they are too many to be looked at."
  [configurations pending id]
  (loop [todo (mapv #(with-reads pending %) configurations), known (set todo), done #{}]
    (cond
      (empty? todo) done
      (< most-configurations (count known)) nil
      :else
      (let [[state effected :as configuration] (peek todo)]
        (if (effected id)
          (recur (pop todo) known (conj done [state (disj effected id)]))
          (let [next-ones (for [[other {:keys [f] :as operation}] pending
                                :when (not (or (= :read f) (effected other)))
                                :let [after (effect state operation)]
                                :when (not= ::impossible after)
                                :let [candidate (with-reads pending [after (conj effected other)])]
                                :when (not (known candidate))]
                            candidate)]
            (recur (into (pop todo) next-ones) (into known next-ones) done)))))))

(defn check
  "Judges the calls of one register that begins with nil: maps with :id, :f (:read, :write, :cas), :value, :outcome (:ok,
  :fail, :info), and :invoked and :returned, places in a history. Returns {:valid? true}, or false with the call that
  can't have returned what it did, or :unknown where the search was given up."
  [calls]
  (loop [[[kind {:keys [id] :as call}] & more] (timeline (possible calls))
         pending {}
         configurations #{[nil #{}]}]
    (case kind
      nil {:valid? true}
      :invoke (recur more (assoc pending id call) configurations)
      :return (let [after (returned configurations pending id)]
                (cond
                  (nil? after) {:valid? :unknown, :call call, :pending (count pending)}
                  (empty? after) {:valid? false
                                  :call call
                                  :values (vec (distinct (map first configurations)))
                                  :pending (mapv #(select-keys % [:id :f :value]) (vals pending))}
                  :else (recur more (dissoc pending id) after))))))
