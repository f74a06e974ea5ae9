"""Core, JetStream, key-value and objects through nats-py, against a running server."""

import asyncio
import os
import sys

import nats
from nats.errors import NoRespondersError
from nats.errors import TimeoutError as NatsTimeout
from nats.js.api import AckPolicy, ConsumerConfig, KeyValueConfig, ObjectStoreConfig, StreamConfig
from nats.js.errors import APIError, BadRequestError, KeyNotFoundError, KeyWrongLastSequenceError, NotFoundError

REPLICAS = int(os.environ.get("REPLICAS", "1"))


class Checks:
    """Counts what was asserted and prints one line for each."""

    def __init__(self):
        self.passed = 0
        self.failed = 0

    def that(self, name, ok, *seen):
        if ok:
            self.passed += 1
            print(f"ok    {name}", flush=True)
        else:
            self.failed += 1
            print(f"FAIL  {name}", flush=True)
            for s in seen:
                print(f"      | {s!r}", flush=True)

    def equal(self, name, seen, wanted):
        self.that(name, seen == wanted, f"saw {seen!r}, wanted {wanted!r}")

    async def raises(self, name, error, awaitable):
        try:
            value = await awaitable
        except error:
            self.that(name, True)
        except Exception as e:  # the wrong one is what the check is about
            self.that(name, False, e)
        else:
            self.that(name, False, value)

    async def section(self, name, part):
        try:
            await asyncio.wait_for(part, 60)
        except Exception as e:  # one failure, not the end of the program
            self.that(f"{name} runs to its end", False, e)


async def core(check, nc):
    sub = await nc.subscribe("py.core.*")
    await nc.publish("py.core.a", b"hello", headers={"Colour": "blue"})
    m = await sub.next_msg(timeout=5)
    check.equal("a header arrives", (m.data, m.headers["Colour"]), (b"hello", "blue"))

    async def answer(m):
        await m.respond(b"re: " + m.data)

    await nc.subscribe("py.service", cb=answer)
    check.equal("request", (await nc.request("py.service", b"x", timeout=5)).data, b"re: x")
    await check.raises("no responders", NoRespondersError, nc.request("py.nobody", b"", timeout=5))


async def fresh(js, name, subjects, **config):
    try:
        await js.delete_stream(name)
    except NotFoundError:
        pass
    return await js.add_stream(StreamConfig(name=name, subjects=subjects, num_replicas=REPLICAS, **config))


async def streams(check, js):
    await fresh(js, "PY", ["py.js.*"], allow_direct=True)
    for i in range(1, 21):
        ack = await js.publish(f"py.js.{i % 2}", str(i).encode())
        if ack.seq != i:
            check.equal("publish", ack.seq, i)
    ack = await js.publish("py.js.0", b"21", headers={"Nats-Msg-Id": "id"})
    check.that("with an id", ack.seq == 21 and not ack.duplicate, ack)
    ack = await js.publish("py.js.0", b"21", headers={"Nats-Msg-Id": "id"})
    check.that("again", ack.seq == 21 and ack.duplicate, ack)
    await check.raises(
        "wrong last sequence", BadRequestError, js.publish("py.js.0", b"", headers={"Nats-Expected-Last-Sequence": "3"})
    )
    info = await js.stream_info("PY", subjects_filter=">")
    check.equal("info", (info.state.messages, info.state.subjects), (21, {"py.js.0": 11, "py.js.1": 10}))
    check.equal("find", await js.find_stream_name_by_subject("py.js.x"), "PY")
    m = await js.get_msg("PY", seq=7)
    check.equal("get", (m.seq, m.subject, m.data), (7, "py.js.1", b"7"))
    m = await js.get_last_msg("PY", "py.js.1", direct=True)
    check.equal("direct get of the last", (m.seq, m.data), (19, b"19"))
    check.that("delete a message", await js.delete_msg("PY", 7))
    await check.raises("it's gone", NotFoundError, js.get_msg("PY", seq=7))
    check.that("purge", await js.purge_stream("PY", subject="py.js.1"))
    check.equal("purged", (await js.stream_info("PY")).state.messages, 11)
    check.that("account info", (await js.account_info()).streams >= 1)
    check.that("listed", "PY" in [s.config.name for s in await js.streams_info()])


async def consumers(check, js):
    await fresh(js, "PY", ["py.js.*"])
    for i in range(1, 21):
        await js.publish("py.js.x", str(i).encode())
    sub = await js.pull_subscribe("py.js.x", durable="pull", stream="PY")
    messages = await sub.fetch(5, timeout=5)
    check.equal("fetch", [m.data for m in messages], [b"1", b"2", b"3", b"4", b"5"])
    for m in messages[:4]:
        await m.ack_sync(timeout=5)
    check.equal(
        "metadata",
        (messages[4].metadata.sequence.stream, messages[4].metadata.num_delivered, messages[4].metadata.num_pending),
        (5, 1, 15),
    )
    await messages[4].nak()
    again = []
    while len(again) < 16:  # a pull may overtake the nak, which nobody confirms
        again += await sub.fetch(16 - len(again), timeout=5)
    check.equal("the rest and the nak", sorted(int(m.data) for m in again), list(range(5, 21)))
    for m in again:
        await m.ack_sync(timeout=5)
    await check.raises("the end", NatsTimeout, sub.fetch(1, timeout=0.5))
    info = await js.consumer_info("PY", "pull")
    check.equal("consumer info", (info.ack_floor.stream_seq, info.num_ack_pending, info.num_pending), (20, 0, 0))

    received = asyncio.Queue()

    async def receive(m):
        await received.put(m.data)
        await m.ack()

    push = await js.subscribe("py.js.x", durable="push", cb=receive, manual_ack=True)
    got = [await asyncio.wait_for(received.get(), 5) for _ in range(20)]
    check.equal("push", got[-1], b"20")
    await js.publish("py.js.x", b"21")
    check.equal("and later ones", await asyncio.wait_for(received.get(), 5), b"21")
    await push.unsubscribe()

    ordered = await js.subscribe("py.js.x", ordered_consumer=True)
    check.equal("ordered", [int((await ordered.next_msg(timeout=5)).data) for _ in range(21)], list(range(1, 22)))
    await ordered.unsubscribe()

    await js.add_consumer("PY", ConsumerConfig(durable_name="other", ack_policy=AckPolicy.EXPLICIT, max_ack_pending=7))
    check.that("consumers", {"pull", "push", "other"} <= {c.name for c in await js.consumers_info("PY")})
    check.that("delete a consumer", await js.delete_consumer("PY", "other"))
    await check.raises("it's gone", NotFoundError, js.consumer_info("PY", "other"))
    check.that("delete the stream", await js.delete_stream("PY"))
    await check.raises("it's gone", NotFoundError, js.stream_info("PY"))


async def key_value(check, js):
    try:
        await js.delete_key_value("pykv")
    except NotFoundError:
        pass
    kv = await js.create_key_value(KeyValueConfig(bucket="pykv", history=5, replicas=REPLICAS))
    check.equal("put", await kv.put("a", b"1"), 1)
    check.equal("get", (await kv.get("a")).value, b"1")
    check.equal("update", await kv.update("a", b"2", last=1), 2)
    await check.raises("update of an old revision", KeyWrongLastSequenceError, kv.update("a", b"3", last=1))
    check.equal("create", await kv.create("b", b"4"), 3)
    await check.raises("create of a key that exists", KeyWrongLastSequenceError, kv.create("b", b"5"))
    watcher = await kv.watchall()
    seen = [await watcher.updates(timeout=5) for _ in range(2)]
    check.equal("watch", [(e.key, e.value) for e in seen], [("a", b"2"), ("b", b"4")])
    check.equal("history", [e.value for e in await kv.history("a")], [b"1", b"2"])
    check.equal("keys", sorted(await kv.keys()), ["a", "b"])
    await kv.delete("a")
    await check.raises("a deleted key", KeyNotFoundError, kv.get("a"))
    check.equal("status", (await kv.status()).values, 4)
    check.that("delete the bucket", await js.delete_key_value("pykv"))


async def objects(check, js):
    try:
        await js.delete_object_store("pyobj")
    except NotFoundError:
        pass
    store = await js.create_object_store("pyobj", config=ObjectStoreConfig(bucket="pyobj", replicas=REPLICAS))
    data = bytes(i % 251 for i in range(300_000))
    info = await store.put("thing", data)
    check.equal("put", (info.size, info.chunks), (300_000, 3))
    check.that("get", (await store.get("thing")).data == data)
    check.equal("list", [o.name for o in await store.list()], ["thing"])
    await store.delete("thing")
    await check.raises("a deleted one", APIError, store.get("thing"))
    check.that("delete the store", await js.delete_object_store("pyobj"))


async def main():
    check = Checks()
    nc = await nats.connect(os.environ["NATS_URL"].split(","), connect_timeout=5)
    js = nc.jetstream(timeout=10)
    for part in (core(check, nc), streams(check, js), consumers(check, js), key_value(check, js), objects(check, js)):
        await check.section(part.__name__, part)
    await nc.close()
    print(f"{check.passed} passed, {check.failed} failed")
    return 0 if check.failed == 0 else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
