package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

func (p *program) keyValue() {
	_ = p.js.DeleteKeyValue(p.ctx, "profiles")
	kv, err := p.js.CreateKeyValue(p.ctx, jetstream.KeyValueConfig{Bucket: "profiles", History: 5, Replicas: p.replicas})
	if !p.noError("create bucket", err) {
		return
	}
	_, err = kv.Put(p.ctx, "sue.color", []byte("blue"))
	p.noError("put", err)
	entry, err := kv.Get(p.ctx, "sue.color")
	if p.noError("get", err) {
		p.equal("the entry", fmt.Sprintf("%s @ %d -> %q", entry.Key(), entry.Revision(), entry.Value()), `sue.color @ 1 -> "blue"`)
	}
	_, err = kv.Update(p.ctx, "sue.color", []byte("red"), 1)
	p.noError("update", err)
	_, err = kv.Update(p.ctx, "sue.color", []byte("green"), 1)
	p.that("update of an old revision", err != nil, err)
	_, err = kv.Create(p.ctx, "sue.color", []byte("purple"))
	p.that("create of a key that exists", errors.Is(err, jetstream.ErrKeyExists), err)
	entry, err = kv.GetRevision(p.ctx, "sue.color", 1)
	p.that("get a revision", err == nil && string(entry.Value()) == "blue", err)
	p.noError("delete", kv.Delete(p.ctx, "sue.color"))
	_, err = kv.Get(p.ctx, "sue.color")
	p.that("a deleted key", errors.Is(err, jetstream.ErrKeyNotFound), err)
	history, err := kv.History(p.ctx, "sue.color")
	p.that("history", err == nil && len(history) == 3 && history[2].Operation() == jetstream.KeyValueDelete, history, err)
	_, err = kv.Create(p.ctx, "sue.color", []byte("purple"))
	p.noError("create of a deleted key", err)
	p.noError("purge", kv.Purge(p.ctx, "sue.color"))
	history, err = kv.History(p.ctx, "sue.color")
	p.that("its history is gone", err == nil && len(history) == 1 && history[0].Operation() == jetstream.KeyValuePurge, history, err)
	p.noError("delete bucket", p.js.DeleteKeyValue(p.ctx, "profiles"))

	kv, err = p.js.CreateKeyValue(p.ctx, jetstream.KeyValueConfig{Bucket: "profiles", Replicas: p.replicas})
	if !p.noError("create bucket again", err) {
		return
	}
	_, _ = kv.Put(p.ctx, "sue.color", []byte("blue"))
	watcher, err := kv.Watch(p.ctx, "sue.*")
	if !p.noError("watch", err) {
		return
	}
	_, _ = kv.Put(p.ctx, "sue.age", []byte("43"))
	_, _ = kv.Put(p.ctx, "sue.color", []byte("red"))
	var seen []string
	for timeout := time.After(10 * time.Second); len(seen) < 4; {
		select {
		case e := <-watcher.Updates():
			if e == nil {
				seen = append(seen, "up to date")
			} else {
				seen = append(seen, fmt.Sprintf("%s @ %d -> %q", e.Key(), e.Revision(), e.Value()))
			}
			continue
		case <-timeout:
		}
		break
	}
	_ = watcher.Stop()
	p.that("what the watcher sees", len(seen) == 4 && seen[0] == `sue.color @ 1 -> "blue"` && seen[3] == `sue.color @ 3 -> "red"`, seen)

	_, _ = kv.Put(p.ctx, "bucket", []byte("profiles"))
	lister, err := kv.ListKeys(p.ctx)
	keys := map[string]bool{}
	if p.noError("list keys", err) {
		for key := range lister.Keys() {
			keys[key] = true
		}
	}
	p.equal("the keys", keys, map[string]bool{"sue.color": true, "sue.age": true, "bucket": true})
	status, err := kv.Status(p.ctx)
	p.that("status", err == nil && status.Bucket() == "profiles" && status.Values() == 3 && status.Bytes() > 0, status, err)
	p.noError("delete one", kv.Delete(p.ctx, "bucket"))
	p.noError("purge deletes", kv.PurgeDeletes(p.ctx, jetstream.DeleteMarkersOlderThan(-1)))
	status, err = kv.Status(p.ctx)
	p.that("its marker is gone", err == nil && status.Values() == 2, status, err)
	updates, err := kv.WatchAll(p.ctx, jetstream.UpdatesOnly())
	if p.noError("watch updates only", err) {
		_, _ = kv.Put(p.ctx, "fresh", []byte("1"))
		select {
		case e := <-updates.Updates():
			p.that("only the new one", e != nil && e.Key() == "fresh", e)
		case <-time.After(10 * time.Second):
			p.that("only the new one", false, "nothing")
		}
		_ = updates.Stop()
	}
	p.noError("delete bucket again", p.js.DeleteKeyValue(p.ctx, "profiles"))
	_, err = p.js.KeyValue(p.ctx, "profiles")
	p.that("it's gone", errors.Is(err, jetstream.ErrBucketNotFound), err)
}

func (p *program) objects() {
	_ = p.js.DeleteObjectStore(p.ctx, "configs")
	store, err := p.js.CreateObjectStore(p.ctx, jetstream.ObjectStoreConfig{Bucket: "configs", Replicas: p.replicas})
	if !p.noError("create object store", err) {
		return
	}
	_, err = store.Put(p.ctx, jetstream.ObjectMeta{Name: "config-1"}, bytes.NewBufferString("first config"))
	p.noError("put", err)
	watcher, err := store.Watch(p.ctx)
	p.noError("watch", err)
	_, err = store.PutString(p.ctx, "config-2", "second config")
	p.noError("put string", err)
	big := bytes.Repeat([]byte("0123456789abcdef"), 40000)
	_, err = store.PutBytes(p.ctx, "config-3", big)
	p.noError("put bytes", err)
	file := filepath.Join(os.TempDir(), fmt.Sprintf("config-4-%d.txt", os.Getpid()))
	if p.noError("a file", os.WriteFile(file, []byte("fourth config"), 0o600)) {
		defer os.Remove(file)
		_, err = store.PutFile(p.ctx, file)
		p.noError("put file", err)
	}
	object, err := store.Get(p.ctx, "config-1")
	if p.noError("get", err) {
		data, err := io.ReadAll(object)
		info, _ := object.Info()
		p.that("the object", err == nil && string(data) == "first config" && info.Bucket == "configs" && info.Name == "config-1", data, err)
	}
	data, err := store.GetBytes(p.ctx, "config-3")
	p.that("one of several chunks", err == nil && bytes.Equal(data, big), len(data), err)
	p.noError("update meta", store.UpdateMeta(p.ctx, "config-1", jetstream.ObjectMeta{Name: "config-1", Description: "updated config"}))
	info, err := store.GetInfo(p.ctx, "config-1")
	p.that("updated", err == nil && info.Description == "updated config", info, err)

	first, updates := "", 0
	for timeout := time.After(10 * time.Second); updates < 5; {
		select {
		case o := <-watcher.Updates():
			updates++
			if first == "" && o != nil {
				first = o.Name
			}
			continue
		case <-timeout:
		}
		break
	}
	_ = watcher.Stop()
	p.that("the watcher sees them", updates == 5 && first == "config-1", updates, first)

	list, err := store.List(p.ctx)
	p.that("list", err == nil && len(list) == 4, list, err)
	p.noError("rename", store.UpdateMeta(p.ctx, "config-2", jetstream.ObjectMeta{Name: "config-5"}))
	text, err := store.GetString(p.ctx, "config-5")
	p.that("under its new name", err == nil && text == "second config", text, err)
	p.noError("delete", store.Delete(p.ctx, "config-1"))
	_, err = store.Get(p.ctx, "config-1")
	p.that("a deleted one", errors.Is(err, jetstream.ErrObjectNotFound), err)
	status, err := store.Status(p.ctx)
	p.that("status", err == nil && status.Bucket() == "configs" && status.Size() > uint64(len(big)), status, err)
	p.noError("seal", store.Seal(p.ctx))
	_, err = store.PutString(p.ctx, "config-6", "late")
	p.that("a sealed store takes nothing", err != nil, err)
	p.noError("delete object store", p.js.DeleteObjectStore(p.ctx, "configs"))
}
