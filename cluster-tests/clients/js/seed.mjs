// The calls of the JavaScript seed, through the package for which it was written.
import nats from "nats";
import { equal, eventually, finish, num_replicas, rejects, section, servers, that } from "./checks.mjs";

const { AckPolicy, connect, consumerOpts, createInbox, Empty, headers, StringCodec } = nats;
const sc = StringCodec();
const nc = await connect({ servers, timeout: 10_000 });
const jsm = await nc.jetstreamManager({ timeout: 10_000 });
const js = nc.jetstream({ timeout: 10_000 });

async function fresh(name, subjects) {
  await jsm.streams.delete(name).catch(() => {});
  await jsm.streams.add({ name, subjects, num_replicas });
}

await section("core", async () => {
  const sub = nc.subscribe("js.core.*", { max: 1 });
  const h = headers();
  h.append("Colour", "blue");
  nc.publish("js.core.a", sc.encode("hello"), { headers: h });
  for await (const m of sub) equal("a header arrives", [sc.decode(m.data), m.headers.get("Colour")], ["hello", "blue"]);
  nc.subscribe("js.service", { callback: (_, m) => m.respond(m.data) });
  equal("request", sc.decode((await nc.request("js.service", sc.encode("x"), { timeout: 5000 })).data), "x");
  await rejects("no responders", nc.request("js.nobody", Empty, { timeout: 5000 }), "503");
});

await section("manager", async () => {
  const stream = "mystream";
  await fresh(stream, ["mystream.A"]);
  const streams = await jsm.streams.list().next();
  that("list the streams", streams.some((s) => s.config.name === stream), streams);
  const name = await jsm.streams.find("mystream.A");
  equal("find the stream of a subject", name, stream);
  const si = await jsm.streams.info(name);
  equal("info", si.config.subjects, ["mystream.A"]);
  si.config.subjects.push("mystream.B");
  const updated = await jsm.streams.update(name, si.config);
  equal("update", updated.config.subjects, ["mystream.A", "mystream.B"]);
  for (let i = 1; i <= 6; i++) await js.publish(i % 2 ? "mystream.A" : "mystream.B", sc.encode(`m${i}`));
  const sm = await jsm.streams.getMessage(stream, { seq: 1 });
  equal("get a message", [sm.subject, sm.seq, sc.decode(sm.data)], ["mystream.A", 1, "m1"]);
  that("delete a message", await jsm.streams.deleteMessage(stream, 5, true));
  await rejects("it's gone", jsm.streams.getMessage(stream, { seq: 5 }), "no message found");
  await jsm.consumers.add(stream, { durable_name: "me", ack_policy: AckPolicy.Explicit });
  const consumers = await jsm.consumers.list(stream).next();
  equal("list the consumers", consumers.map((c) => c.name), ["me"]);
  const ci = await jsm.consumers.info(stream, "me");
  equal("consumer info", [ci.config.ack_policy, ci.num_pending], ["explicit", 5]);
  const purged = await jsm.streams.purge(stream);
  equal("purge", [purged.success, purged.purged], [true, 5]);
  that("delete a consumer", await jsm.consumers.delete(stream, "me"));
  await rejects("it's gone", jsm.consumers.info(stream, "me"), "consumer not found");
  const account = await jsm.getAccountInfo();
  that("account info", account.streams >= 1, account);
  that("delete the stream", await jsm.streams.delete(stream));
  await rejects("it's gone", jsm.streams.info(stream), "stream not found");
});

await section("publishing", async () => {
  await fresh("a", ["a.*"]);
  const pa = await js.publish("a.b");
  equal("publish", [pa.stream, pa.seq, pa.duplicate], ["a", 1, false]);
  const first = await js.publish("a.b", Empty, { msgID: "a" });
  equal("with an id", [first.seq, first.duplicate], [2, false]);
  const second = await js.publish("a.b", Empty, { msgID: "a" });
  equal("again", [second.seq, second.duplicate], [2, true]);
  equal("expected last id", (await js.publish("a.b", Empty, { expect: { lastMsgID: "a" } })).seq, 3);
  equal("expected last sequence", (await js.publish("a.b", Empty, { expect: { lastSequence: 3 } })).seq, 4);
  equal("expected stream", (await js.publish("a.b", Empty, { expect: { streamName: "a" } })).seq, 5);
  equal("expected last of the subject", (await js.publish("a.b", Empty, { expect: { lastSubjectSequence: 5 } })).seq, 6);
  await rejects("wrong last sequence", js.publish("a.b", Empty, { expect: { lastSequence: 2 } }), "wrong last sequence: 6");
  await rejects("wrong stream", js.publish("a.b", Empty, { expect: { streamName: "b" } }), "expected stream does not match");
  if (num_replicas === 1) { // upstream's replicated streams don't survive this one
    await rejects("wrong last id", js.publish("a.b", Empty, { expect: { lastMsgID: "zz" } }), "wrong last msg");
  }
  await jsm.streams.delete("a");
});

await section("receiving", async () => {
  const stream = "jsread";
  const subj = "jsread.x";
  await fresh(stream, [subj]);
  for (let i = 1; i <= 20; i++) await js.publish(subj, sc.encode(String(i)));

  await jsm.consumers.add(stream, { durable_name: "pull", ack_policy: AckPolicy.Explicit });
  const one = await js.pull(stream, "pull");
  equal("a single message", [one.seq, one.redelivered, one.info.stream, one.info.pending], [1, false, stream, 19]);
  one.ack();
  const batch = js.fetch(stream, "pull", { batch: 10, expires: 5000 });
  const seen = [];
  for await (const m of batch) {
    seen.push(m.seq);
    m.ack();
  }
  equal("a batch", seen, [2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  const rest = js.fetch(stream, "pull", { batch: 100, no_wait: true });
  for await (const m of rest) {
    seen.push(m.seq);
    m.ack();
  }
  equal("what is left, without waiting", seen.length, 19);
  await rejects("nothing is left", js.pull(stream, "pull"), "no messages");
  await eventually("all are acked", async () => (await jsm.consumers.info(stream, "pull")).ack_floor.stream_seq === 20);

  const opts = consumerOpts();
  opts.durable("me");
  opts.manualAck();
  opts.ackExplicit();
  opts.deliverTo(createInbox());
  const sub = await js.subscribe(subj, opts);
  const pushed = [];
  for await (const m of sub) {
    pushed.push(m.seq);
    m.ack();
    if (pushed.length === 20) break;
  }
  equal("a push subscription", pushed.at(-1), 20);
  await sub.destroy();
  await rejects("destroyed", jsm.consumers.info(stream, "me"), "consumer not found");

  const psub = await js.pullSubscribe(subj, { config: { durable_name: "c", ack_policy: AckPolicy.Explicit } });
  psub.unsubscribe(4);
  psub.pull({ batch: 10, expires: 10000 });
  const pulled = [];
  for await (const m of psub) {
    pulled.push(`${m.info.stream}[${m.seq}]`);
    m.ack();
  }
  equal("a pull subscription", pulled, ["jsread[1]", "jsread[2]", "jsread[3]", "jsread[4]"]);

  const called = [];
  const cb = consumerOpts();
  cb.ackNone();
  cb.deliverTo(createInbox());
  cb.callback((err, m) => {
    if (!err && m) called.push(m.seq);
  });
  const csub = await js.subscribe(subj, cb);
  await eventually("a callback", () => called.length === 20);
  await csub.destroy();

  const ordered = consumerOpts();
  ordered.orderedConsumer();
  const osub = await js.subscribe(subj, ordered);
  const order = [];
  for await (const m of osub) {
    order.push(m.seq);
    if (order.length === 20) break;
  }
  equal("an ordered consumer", order, Array.from({ length: 20 }, (_, i) => i + 1));

  await jsm.consumers.add(stream, { durable_name: "acks", ack_policy: AckPolicy.Explicit, ack_wait: 2_000_000_000 });
  const a = await js.pull(stream, "acks");
  that("acked twice", await a.ackAck());
  const b = await js.pull(stream, "acks");
  b.working();
  b.nak();
  await nc.flush();
  let again = await js.pull(stream, "acks");
  if (again.seq !== b.seq) again = await js.pull(stream, "acks"); // a pull may overtake an unconfirmed nak
  equal("a nak comes back", [again.seq, again.redelivered, again.info.redeliveryCount], [2, true, 2]);
  again.term();

  // toJsMsg() isn't exported any more; what it did is in the reply of a plain subscription's message
  const raw = nc.subscribe("jsread-raw");
  await jsm.consumers.add(stream, { durable_name: "raw", deliver_subject: "jsread-raw", ack_policy: AckPolicy.Explicit });
  for await (const m of raw) {
    equal("a plain subscription's messages say whose they are", m.reply.split(".").slice(0, 6), ["$JS", "ACK", stream, "raw", "1", "1"]);
    m.respond();
    break;
  }
  await jsm.streams.delete(stream);
});

await section("key-value", async () => {
  await jsm.streams.delete("KV_jskv").catch(() => {});
  const kv = await js.views.kv("jskv", { history: 3, replicas: num_replicas });
  equal("put", await kv.put("k", sc.encode("1")), 1);
  equal("get", (await kv.get("k")).string(), "1");
  equal("update", await kv.update("k", sc.encode("2"), 1), 2);
  await rejects("update of an old revision", kv.update("k", sc.encode("3"), 1), "wrong last sequence");
  await rejects("create of a key that exists", kv.create("k", sc.encode("4")));
  await kv.delete("k");
  equal("a deleted key", (await kv.get("k")).operation, "DEL");
  await kv.destroy();
});

await nc.close();
finish();
