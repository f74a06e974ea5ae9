// Streams, consumers, key-value and objects through today's packages.
import { connect } from "@nats-io/transport-node";
import { AckPolicy, DeliverPolicy, jetstream, jetstreamManager } from "@nats-io/jetstream";
import { Kvm } from "@nats-io/kv";
import { Objm } from "@nats-io/obj";
import { equal, eventually, finish, num_replicas, rejects, section, servers, that } from "./checks.mjs";

const nc = await connect({ servers, timeout: 10_000 });
const jsm = await jetstreamManager(nc, { timeout: 10_000 });
const js = jetstream(nc, { timeout: 10_000 });

await section("streams and consumers", async () => {
  const name = "jsmodern";
  await jsm.streams.delete(name).catch(() => {});
  await jsm.streams.add({ name, subjects: ["jsmodern.*"], num_replicas, allow_direct: true });
  for (let i = 1; i <= 30; i++) await js.publish(`jsmodern.${i % 3}`, String(i));
  const subjects = (await jsm.streams.info(name, { subjects_filter: ">" })).state.subjects;
  equal("subjects in the state", subjects, { "jsmodern.0": 10, "jsmodern.1": 10, "jsmodern.2": 10 });
  const direct = await jsm.direct.getMessage(name, { last_by_subj: "jsmodern.1" });
  equal("direct get", [direct.seq, direct.string()], [28, "28"]);
  const last = [];
  for await (const m of await jsm.direct.getLastMessagesFor(name, { multi_last: ["jsmodern.*"] })) last.push(m.seq);
  equal("direct get of several subjects", last, [28, 29, 30]);

  await jsm.consumers.add(name, { durable_name: "d", ack_policy: AckPolicy.Explicit });
  const c = await js.consumers.get(name, "d");
  const m = await c.next({ expires: 5000 });
  equal("next", m.seq, 1);
  that("double ack", await m.ackAck());
  const fetched = [];
  for await (const m of await c.fetch({ max_messages: 9, expires: 5000 })) {
    fetched.push(m.seq);
    m.ack();
  }
  equal("fetch", fetched, [2, 3, 4, 5, 6, 7, 8, 9, 10]);
  const consumed = [];
  const messages = await c.consume({ max_messages: 7, expires: 2000, idle_heartbeat: 500 });
  for await (const m of messages) {
    consumed.push(m.seq);
    m.ack();
    if (m.seq === 30) break;
  }
  equal("consume", [consumed.length, consumed.at(-1)], [20, 30]);
  await eventually("all are acked", async () => (await c.info()).ack_floor.stream_seq === 30);

  const ordered = await js.consumers.get(name, { filter_subjects: ["jsmodern.1", "jsmodern.2"] });
  const order = [];
  for await (const m of await ordered.consume({ max_messages: 5 })) {
    order.push(m.seq);
    if (order.length === 20) break;
  }
  that("an ordered consumer of two subjects", order.length === 20 && order.every((s, i) => i === 0 || s > order[i - 1]), order);

  await jsm.consumers.add(name, { durable_name: "p", ack_policy: AckPolicy.None, deliver_policy: DeliverPolicy.LastPerSubject, filter_subject: "jsmodern.*", deliver_subject: "jsmodern-push" });
  const push = await js.consumers.getPushConsumer(name, "p");
  const pushed = [];
  for await (const m of await push.consume()) {
    pushed.push(m.seq);
    if (pushed.length === 3) break;
  }
  equal("push, last per subject", pushed, [28, 29, 30]);
  await rejects("publish without a stream", js.publish("jsnothing.x", "x", { retries: 0 }), "");
  await jsm.streams.delete(name);
});

await section("key-value", async () => {
  const kvm = new Kvm(nc);
  await jsm.streams.delete("KV_jskvm").catch(() => {});
  const kv = await kvm.create("jskvm", { history: 5, replicas: num_replicas });
  equal("create", await kv.create("a.b", "1"), 1);
  equal("put", await kv.put("a.c", "2"), 2);
  equal("get", (await kv.get("a.b")).string(), "1");
  await eventually("keys", async () => { // a replica that answers may be a little behind
    const keys = [];
    for await (const k of await kv.keys()) keys.push(k);
    return keys.sort().join() === "a.b,a.c";
  });
  const seen = [];
  const watch = await kv.watch({ key: "a.>" });
  const done = (async () => {
    for await (const e of watch) {
      seen.push(`${e.key} ${e.operation} ${e.revision}`);
      if (seen.length === 4) break;
    }
  })();
  await kv.put("a.b", "3");
  await kv.delete("a.c");
  await done;
  equal("watch", seen, ["a.b PUT 1", "a.c PUT 2", "a.b PUT 3", "a.c DEL 4"]);
  await eventually("history", async () => {
    const history = [];
    for await (const e of await kv.history({ key: "a.b" })) history.push(e.string());
    return history.join() === "1,3";
  });
  await kv.purge("a.b");
  const status = await kv.status();
  equal("status", [status.bucket, status.values], ["jskvm", 3]);
  await kv.destroy();
});

await section("objects", async () => {
  const objm = new Objm(nc);
  await jsm.streams.delete("OBJ_jsobj").catch(() => {});
  const store = await objm.create("jsobj", { replicas: num_replicas });
  const data = new Uint8Array(300_000).map((_, i) => i % 251);
  const info = await store.putBlob({ name: "thing" }, data);
  equal("put", [info.size, info.chunks], [300_000, 3]);
  equal("get", Buffer.compare(Buffer.from(await store.getBlob("thing")), Buffer.from(data)), 0);
  equal("list", (await store.list()).map((o) => o.name), ["thing"]);
  await store.delete("thing");
  equal("deleted", await store.getBlob("thing"), null);
  await store.destroy();
});

await nc.close();
finish();
