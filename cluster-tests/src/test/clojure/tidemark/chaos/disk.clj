(ns tidemark.chaos.disk
  "File systems whose power can be cut: an ext4 image, mounted. EXT4_IOC_SHUTDOWN without a flush of the journal leaves on it
  what was synced, and nothing that wasn't."
  (:require [clojure.java.io :as io]
            [tidemark.chaos.await :as await]
            [tidemark.chaos.shell :as shell])
  (:import (java.io RandomAccessFile)))

(set! *warn-on-reflection* true)

(def ^:private image-bytes (* 1024 1024 1024))
(def ^:private unmount-seconds 10)

(def ^:private shut-down
  "import fcntl, os, struct, sys
for mount in sys.argv[1:]:
    fcntl.ioctl(os.open(mount, os.O_RDONLY), 0x8004587D, struct.pack('I', 2))")

(defn- mount!
  [{:keys [image at]}]
  (shell/run! "mount" "-o" "loop,noatime" image at))

(defn open!
  "Makes a file system and mounts it at a directory."
  [image at]
  (io/make-parents image)
  (.mkdirs (io/file at))
  (with-open [file (RandomAccessFile. (io/file image) "rw")]
    (.setLength file image-bytes))
  (shell/run! "mkfs.ext4" "-q" "-F" image)
  (let [disk {:image (str image) :at (str at)}]
    (mount! disk)
    disk))

(defn close!
  "Unmounts it and removes its image."
  [{:keys [image at]}]
  (shell/run! "umount" at)
  (io/delete-file image))

(defn cut-power!
  "What hasn't been synced to these disks is gone, and nothing can be written any more."
  [disks]
  (apply shell/run! "python3" "-c" shut-down (map :at disks)))

(defn restore-power!
  "The disks hold what had been synced. Whoever used them must be gone."
  [disks]
  (doseq [{:keys [at] :as disk} disks]
    (await/until! (str at " is unmounted") unmount-seconds #(shell/run! "umount" at))
    (mount! disk)))

(defn sync-breaker
  "Compiles a library that makes a node's syncs do nothing while a file exists. Returns that :file, and the :environment in
  which the node has to start; nil where there is no compiler."
  [directory]
  (let [source (io/file directory "nosync.c")
        library (io/file directory "nosync.so")
        file (io/file directory "nosync")]
    (spit source (slurp (io/resource "tidemark/chaos/nosync.c")))
    (when (await/attempt #(shell/run! "cc" "-shared" "-fPIC" "-O1" "-o" library source))
      {:file file
       :environment {"LD_PRELOAD" (str library) "NOSYNC_WHILE" (str file)}})))

(defn permitted?
  "Whether images can be mounted here and their power cut."
  [directory]
  (try
    (let [disk (open! (io/file directory "trial.ext4") (io/file directory "trial"))]
      (try
        (cut-power! [disk])
        (restore-power! [disk])
        true
        (finally (close! disk))))
    (catch Exception _ false)))
