"""The scripted session: what is sent to both servers. A case is a name and a list of steps.

The steps, as the functions below write them:
  api(subject, body)            a request under $JS.API., the reply compared
  pub(subject, payload, hdrs)   a publish with a reply subject, the ack compared
  send(subject, payload, hdrs)  a publish without one
  pull(stream, consumer, body)  a pull; every message and status until the end is compared
  ack(index, payload)           answers the index-th message that the case received; the reply compared
  sub(name, subject) / deliveries(name, count)   a subscription and what arrives at it
  call(subject, payload, hdrs)  any other request
  raw(pieces)                   bytes on a fresh socket; bytes back, and whether the server closed
  page(path)                    what the monitoring port shows at the path: status and JSON
  pause(seconds)                lets time pass that the servers have to notice
"""

import json


def api(subject, body="", headers=None):
    return ("call", "$JS.API." + subject, text(body), headers, 5)


def call(subject, body="", headers=None, seconds=1):
    return ("call", subject, text(body), headers, seconds)


def pub(subject, payload="", headers=None, seconds=5):
    return ("call", subject, text(payload), headers, seconds)


def send(subject, payload="", headers=None):
    return ("send", subject, text(payload), headers)


def pull(stream, consumer, body="", count=20, seconds=1.0):
    return ("pull", f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{consumer}", text(body), count, seconds)


def many(subject, body="", count=20, seconds=1.0):
    return ("pull", subject, text(body), count, seconds)


def ack(index, payload="", seconds=1):
    return ("ack", index, payload, seconds)


def sub(name, subject, queue=None):
    return ("sub", name, subject, queue)


def deliveries(name, count, seconds=2.0):
    return ("deliveries", name, count, seconds)


def raw(*pieces):
    return ("raw", [p if isinstance(p, bytes) else p.encode("latin-1") for p in pieces])


def page(path):
    return ("page", path)


def pause(seconds):
    return ("pause", seconds)


def text(body):
    return body if isinstance(body, str) else json.dumps(body)


def stream(name="D", **config):
    return api(f"STREAM.CREATE.{name}", {"name": name, "subjects": [f"{name.lower()}.>"], **config})


def update(name="D", **config):
    return api(f"STREAM.UPDATE.{name}", {"name": name, "subjects": [f"{name.lower()}.>"], **config})


def info(name="D", body=""):
    return api(f"STREAM.INFO.{name}", body)


def consumer(name="c", stream_name="D", action=None, pedantic=None, **config):
    request = {"stream_name": stream_name, "config": {"durable_name": name, **config}}
    if action is not None:
        request["action"] = action
    if pedantic is not None:
        request["pedantic"] = pedantic
    return api(f"CONSUMER.CREATE.{stream_name}.{name}", request)


def cinfo(name="c", stream_name="D"):
    return api(f"CONSUMER.INFO.{stream_name}.{name}")


def fill(count, subject="d.a"):
    return [pub(subject, f"m{i}") for i in range(1, count + 1)]


SECOND = 1_000_000_000
MS = 1_000_000
CASES = {}


def case(name, *steps):
    flat = []
    for step in steps:
        flat.extend(step if isinstance(step, list) else [step])
    assert name not in CASES, name
    CASES[name] = flat


# --- account, unknown things, request forms

case("account info", api("INFO"), stream(), fill(3), api("INFO"), api("INFO", "anything"))
case(
    "what does not exist",
    info("NONE"),
    api("STREAM.DELETE.NONE"),
    api("STREAM.PURGE.NONE"),
    api("STREAM.UPDATE.NONE", {"name": "NONE", "subjects": ["x"]}),
    api("STREAM.MSG.GET.NONE", {"seq": 1}),
    api("STREAM.MSG.DELETE.NONE", {"seq": 1}),
    api("CONSUMER.INFO.NONE.c"),
    api("CONSUMER.NAMES.NONE"),
    api("CONSUMER.LIST.NONE"),
    api("CONSUMER.DELETE.NONE.c"),
    api("CONSUMER.CREATE.NONE.c", {"stream_name": "NONE", "config": {"durable_name": "c"}}),
    call("$JS.API.CONSUMER.MSG.NEXT.NONE.c"),
    call("$JS.API.DIRECT.GET.NONE", {"seq": 1}),
    call("nobody.listens"),
    stream(),
    cinfo("none"),
    api("CONSUMER.DELETE.D.none"),
    call("$JS.API.CONSUMER.MSG.NEXT.D.none"),
    call("$JS.API.NOTHING.LIKE.THIS", seconds=0.5),
    call("$JS.API.STREAM.CREATE.a.b", "{}", seconds=0.5),
)
case(
    "request forms",
    api("STREAM.CREATE.D", ""),
    api("STREAM.CREATE.D", "{"),
    api("STREAM.CREATE.D", "not json"),
    api("STREAM.CREATE.D", "[]"),
    api("STREAM.CREATE.D", {"name": "OTHER", "subjects": ["d"]}),
    api("STREAM.CREATE.D", {"name": "D", "foo": 1}),
    api("STREAM.CREATE.D", {"name": "D", "subjects": "d"}),
    api("STREAM.CREATE.D", {"name": "D", "max_msgs": "1"}),
    api("STREAM.CREATE.D", '{"name":"D","retention":""}'),
    api("STREAM.CREATE.D", '{"name":"D","storage":null}'),
    stream(),
    api("STREAM.DELETE.D", '{"x":1}'),
    api("STREAM.PURGE.D", "foo"),
    api("STREAM.PURGE.D", '{"foo":1}'),
    api("STREAM.PURGE.D", {"seq": 1, "keep": 1}),
    api("STREAM.INFO.D", "foo"),
    api("STREAM.INFO.D", '{"foo":1}'),
    api("STREAM.NAMES", "foo"),
    api("STREAM.NAMES", '{"limit":1}'),
    api("STREAM.LIST", '{"limit":1}'),
    api("STREAM.MSG.GET.D", ""),
    api("STREAM.MSG.GET.D", "{}"),
    api("STREAM.MSG.GET.D", "{"),
    api("STREAM.MSG.DELETE.D", ""),
    api("STREAM.MSG.DELETE.D", '{"foo":1}'),
    api("CONSUMER.CREATE.D.c", ""),
    api("CONSUMER.CREATE.D.c", "{"),
    api("CONSUMER.CREATE.D.c", {"stream_name": "D", "config": {"foo": 1}}),
    api("CONSUMER.CREATE.D.c", {"stream_name": "OTHER", "config": {"durable_name": "c"}}),
    api("CONSUMER.CREATE.D.c", {"stream_name": "D"}),
    api("CONSUMER.INFO.D.c", '{"x":1}'),
    api("CONSUMER.DELETE.D.c", '{"x":1}'),
    api("INFO", "", [("Nats-Required-Api-Level", "99")]),
    api("INFO", "", [("Nats-Required-Api-Level", "x")]),
    api("INFO", "", [("Nats-Required-Api-Level", "1")]),
)

# --- stream configuration, one refused or adjusted field each

CONFIGS = {
    "defaults": {},
    "no subjects": {"subjects": []},
    "null subjects": {"subjects": None},
    "description": {"description": "text"},
    "long description": {"description": "x" * 4097},
    "empty subject": {"subjects": [""]},
    "bad subject": {"subjects": ["a..b"]},
    "bad subject 2": {"subjects": ["a.>.b"]},
    "subject with blank": {"subjects": ["a b"]},
    "overlap inside": {"subjects": ["a.*", "a.b"]},
    "equal subjects": {"subjects": ["a", "a"]},
    "everything": {"subjects": [">"]},
    "everything, no ack": {"subjects": [">"], "no_ack": True},
    "star": {"subjects": ["*"]},
    "star then all": {"subjects": ["*.>"]},
    "api": {"subjects": ["$JS.API.>"]},
    "api events": {"subjects": ["$JS.EVENT.>"]},
    "system": {"subjects": ["$SYS.>"]},
    "system account": {"subjects": ["$SYS.ACCOUNT.>"]},
    "bad retention": {"retention": "zzz"},
    "interest": {"retention": "interest"},
    "workqueue": {"retention": "workqueue"},
    "upper case enum": {"retention": "Limits"},
    "bad storage": {"storage": "zzz"},
    "memory": {"storage": "memory"},
    "bad discard": {"discard": "zzz"},
    "bad compression": {"compression": "zzz"},
    "s2": {"compression": "s2"},
    "negative limits": {"max_msgs": -5, "max_bytes": -5, "max_consumers": -5, "max_msg_size": -5, "max_msgs_per_subject": -5},
    "limits": {"max_msgs": 5, "max_bytes": 500, "max_consumers": 5, "max_msg_size": 50, "max_msgs_per_subject": 2},
    "max age": {"max_age": SECOND},
    "negative age": {"max_age": -1},
    "small age": {"max_age": 99 * MS},
    "age below window": {"max_age": SECOND, "duplicate_window": 2 * SECOND},
    "negative window": {"duplicate_window": -1},
    "small window": {"duplicate_window": 99 * MS},
    "window": {"duplicate_window": 30 * SECOND},
    "R3 alone": {"num_replicas": 3},
    "R6": {"num_replicas": 6},
    "R-1": {"num_replicas": -1},
    "R0": {"num_replicas": 0},
    "no ack": {"no_ack": True},
    "sealed": {"sealed": True},
    "deny flags": {"deny_delete": True, "deny_purge": True},
    "roll-up and deny purge": {"allow_rollup_hdrs": True, "deny_purge": True},
    "roll-up": {"allow_rollup_hdrs": True},
    "allow direct": {"allow_direct": True},
    "mirror direct": {"mirror_direct": True},
    "discard per subject without new": {"discard_new_per_subject": True, "max_msgs_per_subject": 1},
    "discard per subject without limit": {"discard_new_per_subject": True, "discard": "new"},
    "discard per subject": {"discard_new_per_subject": True, "discard": "new", "max_msgs_per_subject": 1},
    "first seq": {"first_seq": 100},
    "metadata": {"metadata": {"a": "b", "_nats.ver": "x", "_nats.own": "y"}},
    "big metadata": {"metadata": {"a": "x" * 131072}},
    "consumer limits": {"consumer_limits": {"inactive_threshold": SECOND, "max_ack_pending": 10}},
    "empty placement": {"placement": {}},
    "pedantic": {"pedantic": True},
    "pedantic, bad limit": {"pedantic": True, "max_msgs": -2},
    "pedantic, window": {"pedantic": True, "max_age": SECOND},
    "pedantic, explicit": {"pedantic": True, "max_msgs": -1, "max_bytes": -1},
    "persist default": {"persist_mode": "default"},
    "template owner": {"template_owner": "x"},
    "message ttl": {"allow_msg_ttl": True},
    "atomic batches": {"allow_atomic": True},
    "message ttl and atomic batches": {"allow_msg_ttl": True, "allow_atomic": True},
}
for name, config in CONFIGS.items():
    # these two store what the servers say about themselves, so their state isn't comparable
    states = [] if name in ("everything, no ack", "api events") else [info()]
    case(f"stream config: {name}", stream(**config), *states)

UNSUPPORTED = {
    "mirror": {"subjects": None, "mirror": {"name": "ORIGIN"}},
    "sources": {"subjects": None, "sources": [{"name": "ORIGIN"}]},
    "republish": {"republish": {"src": ">", "dest": "copy.>"}},
    "subject transform": {"subject_transform": {"src": "d.>", "dest": "e.>"}},
    "delete markers": {"subject_delete_marker_ttl": SECOND},
    "schedules": {"allow_msg_schedules": True},
    "batched": {"allow_batched": True},
    "counters": {"allow_msg_counter": True},
    "placement tags": {"placement": {"tags": ["x"]}},
}
for name, config in UNSUPPORTED.items():
    case(f"unsupported: {name}", stream(**config))

for name in ("a.b", "a*", "a>", "a b", "a/b", "a\\\\b", "x" * 256):
    subject = "D" if not name.startswith("x") else name
    case(f"stream name {name[:8]}", api(f"STREAM.CREATE.{subject}", f'{{"name":"{name}","subjects":["d"]}}'))
case("stream name with a slash in the subject", api("STREAM.CREATE.a/b", {"name": "a/b", "subjects": ["d"]}))

case(
    "sealed",
    stream(),
    fill(2),
    update(sealed=True, max_age=60 * SECOND, allow_rollup_hdrs=True),
    update(sealed=True),
    update(sealed=True, deny_delete=True),
    update(sealed=True, deny_delete=True, deny_purge=True, max_msgs=1),
    update(),
    pub("d.a", "x"),
    api("STREAM.PURGE.D"),
    api("STREAM.MSG.DELETE.D", {"seq": 1}),
    info(),
)
case(
    "wrong offsets",
    stream(),
    *[api(subject, {"offset": offset}) for subject in ("STREAM.NAMES", "STREAM.LIST", "CONSUMER.NAMES.D", "CONSUMER.LIST.D", "STREAM.INFO.D")
      for offset in ("x", 1.5, -1)],
)
case(
    "message ttl can't be taken back",
    stream(allow_msg_ttl=True),
    update(allow_msg_ttl=True, allow_atomic=True),
    update(allow_msg_ttl=True),
    update(),
    pub("d.a", "x", [("Nats-TTL", "x")]),
)

case("create twice", stream(), stream(), stream(max_msgs=5), stream("E", subjects=["d.x"]), api("STREAM.NAMES"))
case(
    "updates",
    stream(),
    fill(5),
    update(max_msgs=3),
    info(),
    update(description="text", max_msgs=10, metadata={"k": "v"}),
    update(storage="memory"),
    update(retention="workqueue"),
    update(retention="interest"),
    update(retention="limits"),
    update(name="E"),
    update(subjects=["d.>", "e.>"]),
    update(subjects=[]),
    update(max_consumers=1),
    update(deny_delete=True, deny_purge=True),
    update(deny_delete=False, deny_purge=True),
    update(deny_delete=True, deny_purge=False),
    update(deny_delete=True, deny_purge=True, sealed=True),
    update(),
    pub("d.a", "late"),
    api("STREAM.MSG.DELETE.D", {"seq": 4}),
    api("STREAM.PURGE.D"),
    api("STREAM.DELETE.D"),
)
case("update with an overlap", stream(), stream("E"), update("E", subjects=["d.x"]), update("E", max_msgs_per_subject=1))
case(
    "names and lists",
    [stream(n) for n in ("B", "A", "C", "b")][:3],
    api("STREAM.NAMES"),
    api("STREAM.NAMES", {"offset": 1}),
    api("STREAM.NAMES", {"offset": 10}),
    api("STREAM.NAMES", {"offset": -1}),
    api("STREAM.NAMES", {"subject": "a.x"}),
    api("STREAM.NAMES", {"subject": "*.x"}),
    api("STREAM.NAMES", {"subject": "none"}),
    api("STREAM.LIST"),
    api("STREAM.LIST", {"offset": 2}),
    api("STREAM.LIST", {"subject": "b.>"}),
    api("STREAM.LIST", {"subject": "none"}),
)

# --- messages

case(
    "publish and get",
    stream(),
    pub("d.a", "one"),
    pub("d.b", "two", [("Colour", "blue"), ("Colour", "red")]),
    pub("d.a", ""),
    send("d.c", "four"),
    pub("d.d", "five"),
    info(body={"subjects_filter": ">"}),
    info(body={"subjects_filter": "d.a"}),
    info(body={"subjects_filter": "none"}),
    info(body={"subjects_filter": ">", "offset": 2}),
    *[api("STREAM.MSG.GET.D", {"seq": i}) for i in range(0, 7)],
    api("STREAM.MSG.GET.D", {"seq": 2, "no_hdr": True}),
    api("STREAM.MSG.GET.D", {"last_by_subj": "d.a"}),
    api("STREAM.MSG.GET.D", {"last_by_subj": "d.*"}),
    api("STREAM.MSG.GET.D", {"last_by_subj": "none"}),
    api("STREAM.MSG.GET.D", {"next_by_subj": "d.a"}),
    api("STREAM.MSG.GET.D", {"seq": 2, "next_by_subj": "d.a"}),
    api("STREAM.MSG.GET.D", {"seq": 4, "next_by_subj": "d.a"}),
    api("STREAM.MSG.GET.D", {"seq": 2, "last_by_subj": "d.a"}),
    api("STREAM.MSG.GET.D", {"next_by_subj": "d.a", "last_by_subj": "d.a"}),
    api("STREAM.MSG.GET.D", {"seq": 1, "batch": 2}),
    api("STREAM.MSG.GET.D", {"start_time": "2020-01-01T00:00:00Z"}),
    api("STREAM.MSG.GET.D", {"start_time": "2120-01-01T00:00:00Z"}),
    api("STREAM.MSG.GET.D", {"start_time": "2020-01-01T00:00:00Z", "seq": 1}),
)
case(
    "delete messages",
    stream(),
    fill(6),
    api("STREAM.MSG.DELETE.D", {"seq": 3}),
    api("STREAM.MSG.DELETE.D", {"seq": 3}),
    api("STREAM.MSG.DELETE.D", {"seq": 4, "no_erase": True}),
    api("STREAM.MSG.DELETE.D", {"seq": 1}),
    api("STREAM.MSG.DELETE.D", {"seq": 99}),
    info(body={"deleted_details": True}),
    api("STREAM.MSG.DELETE.D", {"seq": 6}),
    info(body={"deleted_details": True}),
    pub("d.a", "next"),
    info(),
)
case(
    "purge",
    stream(),
    [pub(f"d.{i % 2}", f"m{i}") for i in range(10)],
    api("STREAM.PURGE.D", {"filter": "d.1", "keep": 2}),
    info(),
    api("STREAM.PURGE.D", {"seq": 5}),
    info(),
    api("STREAM.PURGE.D", {"filter": "d.0", "seq": 8}),
    info(body={"deleted_details": True}),
    api("STREAM.PURGE.D", {"keep": 1}),
    info(),
    api("STREAM.PURGE.D", {"filter": "none"}),
    api("STREAM.PURGE.D"),
    info(),
    api("STREAM.PURGE.D"),
    api("STREAM.PURGE.D", {"seq": 100}),
    info(),
    pub("d.a", "on"),
    info(),
)
case("purge of a new stream beyond its end", stream(), api("STREAM.PURGE.D", {"seq": 5}), info())
case(
    "direct get",
    stream(allow_direct=True),
    pub("d.a", "one", [("Colour", "blue")]),
    pub("d.b", "two"),
    pub("d.a", "three"),
    pub("d.c", "four"),
    *[call("$JS.API.DIRECT.GET.D", body) for body in (
        "", "{}", "not json", '{"seq":1}', '{"seq":0}', '{"seq":9}', '{"seq":1,"no_hdr":true}', '{"last_by_subj":"d.a"}',
        '{"last_by_subj":"d.*"}', '{"last_by_subj":"none"}', '{"next_by_subj":"d.a","seq":2}', '{"seq":1,"last_by_subj":"d.a"}',
        '{"seq":"x"}', '{"start_time":"2020-01-01T00:00:00Z"}', '{"start_time":"2120-01-01T00:00:00Z"}',
    )],
    call("$JS.API.DIRECT.GET.D.d.a"),
    call("$JS.API.DIRECT.GET.D.d.none"),
    call("$JS.API.DIRECT.GET.D.d.a", '{"seq":1}'),
    call("$JS.API.DIRECT.GET.D.d.a", "not json"),
    call("$JS.API.DIRECT.GET.D.d.a", '{"no_hdr":true}'),
    call("$JS.API.DIRECT.GET.D", '{"seq":1}', [("Nats-Required-Api-Level", "99")]),
)
case(
    "direct get in batches",
    stream(allow_direct=True),
    [pub(f"d.{i % 3}", f"m{i}") for i in range(9)],
    *[many("$JS.API.DIRECT.GET.D", body) for body in (
        '{"batch":3,"seq":1}', '{"batch":20,"seq":5}', '{"batch":2,"seq":1,"next_by_subj":"d.1"}', '{"batch":3,"seq":100}',
        '{"batch":5,"seq":1,"max_bytes":40}', '{"multi_last":["d.0","d.1"]}', '{"multi_last":["d.*"]}', '{"multi_last":["none"]}',
        '{"multi_last":["d.*"],"up_to_seq":5}', '{"multi_last":["d.*"],"batch":2}', '{"multi_last":[]}', '{"batch":3}',
    )],
)
case("direct get without it", stream(), pub("d.a", "one"), call("$JS.API.DIRECT.GET.D", '{"seq":1}'), call("$JS.API.DIRECT.GET.D.d.a"))

ID = "Nats-Msg-Id"
LAST = "Nats-Expected-Last-Sequence"
SUBJ = "Nats-Expected-Last-Subject-Sequence"
case(
    "expectations",
    stream(),
    pub("d.a", "1", [(LAST, "0")]),
    pub("d.a", "1", [(LAST, "0")]),
    pub("d.a", "1", [(LAST, "1")]),
    pub("d.a", "1", [(LAST, "x")]),
    pub("d.a", "1", [(LAST, "-1")]),
    pub("d.a", "1", [(LAST, "")]),
    pub("d.a", "1", [("Nats-Expected-Stream", "D")]),
    pub("d.a", "1", [("Nats-Expected-Stream", "E")]),
    pub("d.b", "1", [(SUBJ, "0")]),
    pub("d.b", "1", [(SUBJ, "0")]),
    pub("d.b", "1", [(SUBJ, "5")]),
    pub("d.b", "1", [(SUBJ, "99"), (LAST, "99")]),
    pub("d.c", "1", [(SUBJ, "6"), ("Nats-Expected-Last-Subject-Sequence-Subject", "d.b")]),
    pub("d.c", "1", [(SUBJ, "7"), ("Nats-Expected-Last-Subject-Sequence-Subject", "d.*")]),
    pub("d.c", "1", [("Nats-Expected-Last-Subject-Sequence-Subject", "d.*")]),
    pub("d.c", "1", [("Nats-Expected-Last-Msg-Id", "id")]),
    pub("d.c", "1", [(ID, "id")]),
    pub("d.c", "1", [("Nats-Expected-Last-Msg-Id", "id")]),
    pub("d.c", "1", [("Nats-Expected-Last-Msg-Id", "id")]),
    info(),
)
case(
    "deduplication",
    stream(duplicate_window=SECOND),
    pub("d.a", "1", [(ID, "a")]),
    pub("d.a", "2", [(ID, "a")]),
    pub("d.b", "2", [(ID, "a")]),
    pub("d.a", "2", [(ID, "b")]),
    pub("d.a", "2", [(ID, "")]),
    api("STREAM.PURGE.D"),
    pub("d.a", "3", [(ID, "a")]),
    pause(1.7),
    pub("d.a", "4", [(ID, "a")]),
    info(),
)
case(
    "roll-up",
    stream(allow_rollup_hdrs=True),
    fill(3),
    fill(2, "d.b"),
    pub("d.a", "x", [("Nats-Rollup", "sub")]),
    info(body={"subjects_filter": ">"}),
    pub("d.a", "x", [("Nats-Rollup", "zzz")]),
    pub("d.a", "x", [("Nats-Rollup", "ALL")]),
    info(body={"subjects_filter": ">"}),
    stream("E"),
    pub("e.a", "x", [("Nats-Rollup", "sub")]),
)
case("message sizes", stream(max_msg_size=10), pub("d.a", "x" * 10), pub("d.a", "x" * 11), pub("d.a", "x", [("A", "b")]), info())
for storage in ("file", "memory"):
    case(f"sizes, {storage}", stream(storage=storage), pub("d.a", "12345"), info(), pub("d.a", "12345", [("A", "b")]), info())
    case(
        f"discard old, {storage}",
        stream(max_msgs=3, storage=storage),
        fill(5),
        info(),
        stream("E", max_bytes=120, storage=storage),
        fill(6, "e.a"),
        info("E"),
        pub("e.a", "x" * 200),
        info("E"),
        stream("F", max_msgs_per_subject=1, storage=storage),
        fill(3, "f.a"),
        fill(2, "f.b"),
        info("F", {"subjects_filter": ">"}),
    )
    case(
        f"discard new, {storage}",
        stream(max_msgs=2, discard="new", storage=storage),
        fill(3),
        info(),
        stream("E", max_bytes=100, discard="new", storage=storage),
        fill(5, "e.a"),
        info("E"),
        stream("F", max_msgs_per_subject=1, max_msgs=2, discard="new", storage=storage),
        fill(2, "f.a"),
        pub("f.b", "1"),
        pub("f.c", "1"),
        pub("f.a", "1"),
        stream("G", max_msgs_per_subject=1, discard="new", discard_new_per_subject=True, storage=storage),
        fill(2, "g.a"),
        pub("g.b", "1"),
        info("G"),
    )
case("max age", stream(max_age=500 * MS), fill(3), pause(1.2), info(), pub("d.a", "x"), info())
case("no ack", stream(no_ack=True), pub("d.a", "x", seconds=0.4), info())
case("first seq", stream(first_seq=100), info(), pub("d.a", "x"), info())
case(
    "interest retention",
    stream(retention="interest"),
    pub("d.a", "nobody"),
    info(),
    consumer(ack_policy="explicit"),
    consumer("e", ack_policy="explicit", filter_subject="d.b"),
    pub("d.a", "1"),
    pub("d.b", "2"),
    pub("e.a", "none"),
    pull("D", "c", '{"batch":2,"expires":1000000000}'),
    ack(0),
    ack(1),
    info(),
    api("CONSUMER.DELETE.D.e"),
    info(),
)
case(
    "work queue",
    stream(retention="workqueue"),
    consumer(ack_policy="none"),
    consumer(ack_policy="all"),
    consumer(ack_policy="explicit", deliver_policy="new"),
    consumer(ack_policy="explicit", filter_subject="d.a"),
    consumer("d", ack_policy="explicit", filter_subject="d.*"),
    consumer("d", ack_policy="explicit"),
    consumer("d", ack_policy="explicit", filter_subject="d.b"),
    fill(2),
    fill(1, "d.b"),
    pull("D", "c", '{"batch":2,"expires":1000000000}'),
    ack(0),
    ack(1, "+TERM"),
    info(),
)

# --- consumers

CONSUMERS = {
    "defaults": {},
    "explicit": {"ack_policy": "explicit"},
    "all": {"ack_policy": "all"},
    "bad ack policy": {"ack_policy": "zzz"},
    "null ack policy": {"ack_policy": None},
    "bad deliver policy": {"deliver_policy": "zzz"},
    "bad replay policy": {"replay_policy": "zzz"},
    "original": {"replay_policy": "original"},
    "long description": {"description": "x" * 4097},
    "ack wait": {"ack_policy": "explicit", "ack_wait": SECOND},
    "negative ack wait": {"ack_policy": "explicit", "ack_wait": -1},
    "max deliver": {"ack_policy": "explicit", "max_deliver": -5},
    "backoff": {"ack_policy": "explicit", "max_deliver": 3, "backoff": [SECOND, 2 * SECOND]},
    "long backoff": {"ack_policy": "explicit", "max_deliver": 1, "backoff": [SECOND, 2 * SECOND]},
    "negative backoff": {"ack_policy": "explicit", "backoff": [-1]},
    "filter": {"filter_subject": "d.a"},
    "filter outside": {"filter_subject": "other.a"},
    "bad filter": {"filter_subject": "d..a"},
    "filters": {"filter_subjects": ["d.a", "d.b"]},
    "one filter in the list": {"filter_subjects": ["d.a"]},
    "both filters": {"filter_subject": "d.a", "filter_subjects": ["d.b"]},
    "empty filter": {"filter_subjects": ["d.a", ""]},
    "overlapping filters": {"filter_subjects": ["d.a", "d.*"]},
    "rate limit on pull": {"rate_limit_bps": 1},
    "sample": {"ack_policy": "explicit", "sample_freq": "50%"},
    "bad sample": {"sample_freq": "abc"},
    "negative sample": {"sample_freq": "-1"},
    "max waiting": {"max_waiting": 10},
    "negative max waiting": {"max_waiting": -1},
    "max ack pending": {"ack_policy": "explicit", "max_ack_pending": 10},
    "unlimited ack pending": {"ack_policy": "explicit", "max_ack_pending": -1},
    "flow control on pull": {"flow_control": True},
    "heartbeat on pull": {"idle_heartbeat": SECOND},
    "headers only": {"headers_only": True},
    "pull limits": {"max_batch": 10, "max_expires": SECOND, "max_bytes": 1000},
    "small max expires": {"max_expires": 1},
    "negative pull limits": {"max_batch": -1, "max_expires": -1, "max_bytes": -1},
    "inactive": {"inactive_threshold": 60 * SECOND},
    "negative inactive": {"inactive_threshold": -1},
    "replicas": {"num_replicas": 1},
    "too many replicas": {"num_replicas": 3},
    "negative replicas": {"num_replicas": -1},
    "memory": {"mem_storage": True},
    "metadata": {"metadata": {"a": "b", "_nats.ver": "x"}},
    "big metadata": {"metadata": {"a": "x" * 131072}},
    "push": {"deliver_subject": "to.here"},
    "push explicit": {"deliver_subject": "to.here", "ack_policy": "explicit"},
    "push queue": {"deliver_subject": "to.here", "deliver_group": "g", "ack_policy": "explicit"},
    "push wildcard": {"deliver_subject": "to.*"},
    "push bad subject": {"deliver_subject": "to..x"},
    "push loop": {"deliver_subject": "d.x"},
    "push max waiting": {"deliver_subject": "to.here", "max_waiting": 1},
    "push none with pending": {"deliver_subject": "to.here", "max_ack_pending": 1},
    "push flow control": {"deliver_subject": "to.here", "flow_control": True},
    "push flow control and heartbeat": {"deliver_subject": "to.here", "flow_control": True, "idle_heartbeat": SECOND},
    "push small heartbeat": {"deliver_subject": "to.here", "idle_heartbeat": 1},
    "push rate": {"deliver_subject": "to.here", "rate_limit_bps": 1000},
    "all with a start": {"deliver_policy": "all", "opt_start_seq": 1},
    "last with a start": {"deliver_policy": "last", "opt_start_seq": 1},
    "new with a start": {"deliver_policy": "new", "opt_start_time": "2020-01-01T00:00:00Z"},
    "sequence without one": {"deliver_policy": "by_start_sequence"},
    "sequence with a time": {"deliver_policy": "by_start_sequence", "opt_start_seq": 1, "opt_start_time": "2020-01-01T00:00:00Z"},
    "time without one": {"deliver_policy": "by_start_time"},
    "time with a sequence": {"deliver_policy": "by_start_time", "opt_start_seq": 1},
    "last per subject without filter": {"deliver_policy": "last_per_subject"},
    "other durable": {"durable_name": "other"},
    "other name": {"name": "other"},
}
for name, config in CONSUMERS.items():
    case(f"consumer config: {name}", stream(), consumer(**config), cinfo())
for name, config in {
    "pause": {"pause_until": "2120-01-01T00:00:00Z"},
    "pause in the past": {"pause_until": "2020-01-01T00:00:00Z"},
    "priority groups": {"priority_groups": ["a"], "priority_policy": "overflow"},
    "flow control acks": {"ack_policy": "flow_control", "deliver_subject": "to.here"},
}.items():
    case(f"unsupported: {name}", stream(), consumer(**config))

case(
    "start positions",
    stream(),
    [pub(f"d.{i % 3}", f"m{i}") for i in range(1, 10)],
    *[
        step
        for n, c in enumerate((
            {"deliver_policy": "all"},
            {"deliver_policy": "last"},
            {"deliver_policy": "last", "filter_subject": "d.1"},
            {"deliver_policy": "last", "filter_subject": "none"},
            {"deliver_policy": "new"},
            {"deliver_policy": "by_start_sequence", "opt_start_seq": 4},
            {"deliver_policy": "by_start_sequence", "opt_start_seq": 40},
            {"deliver_policy": "by_start_time", "opt_start_time": "2020-01-01T00:00:00Z"},
            {"deliver_policy": "by_start_time", "opt_start_time": "2120-01-01T00:00:00Z"},
            {"deliver_policy": "last_per_subject", "filter_subject": "d.*"},
            {"deliver_policy": "last_per_subject", "filter_subjects": ["d.0", "d.2"]},
        ))
        for step in (consumer(f"c{n}", ack_policy="none", **c), pull("D", f"c{n}", '{"batch":20,"no_wait":true}'), cinfo(f"c{n}"))
    ],
)
case(
    "consumer requests",
    stream(),
    consumer(ack_policy="explicit"),
    consumer(ack_policy="explicit"),
    consumer(action="create", ack_policy="explicit"),
    consumer(action="create", ack_policy="explicit", description="x"),
    consumer(action="update", ack_policy="explicit", description="x"),
    consumer("none", action="update", ack_policy="explicit"),
    consumer("none", action="zzz", ack_policy="explicit"),
    consumer(ack_policy="explicit", description="y", max_ack_pending=5),
    consumer(ack_policy="none"),
    consumer(ack_policy="explicit", deliver_policy="new"),
    consumer(ack_policy="explicit", replay_policy="original"),
    consumer(ack_policy="explicit", max_waiting=5),
    consumer(ack_policy="explicit", mem_storage=True),
    consumer(ack_policy="explicit", deliver_subject="to.here"),
    consumer("p", ack_policy="explicit", max_ack_pending=-5, pedantic=True),
    api("CONSUMER.DURABLE.CREATE.D.old", {"stream_name": "D", "config": {"durable_name": "old", "ack_policy": "explicit"}}),
    api("CONSUMER.DURABLE.CREATE.D.old", {"stream_name": "D", "config": {"ack_policy": "explicit"}}),
    api("CONSUMER.DURABLE.CREATE.D.old", {"stream_name": "D", "config": {"durable_name": "x", "ack_policy": "explicit"}}),
    api("CONSUMER.CREATE.D", {"stream_name": "D", "config": {"durable_name": "x", "ack_policy": "explicit"}}),
    api("CONSUMER.CREATE.D.f.d.a", {"stream_name": "D", "config": {"durable_name": "f", "filter_subject": "d.a"}}),
    api("CONSUMER.CREATE.D.f.d.a", {"stream_name": "D", "config": {"durable_name": "f", "filter_subject": "d.b"}}),
    api("CONSUMER.CREATE.D.f.d.a", {"stream_name": "D", "config": {"durable_name": "f"}}),
    api("CONSUMER.CREATE.D.f.d.a", {"stream_name": "D", "config": {"durable_name": "f", "filter_subjects": ["d.a"]}}),
    api("CONSUMER.CREATE.D.n", {"stream_name": "D", "config": {"name": "n", "ack_policy": "explicit"}}),
    api("CONSUMER.NAMES.D"),
    api("CONSUMER.NAMES.D", {"offset": 1}),
    api("CONSUMER.LIST.D"),
    info(),
    api("CONSUMER.DELETE.D.c"),
    api("CONSUMER.NAMES.D"),
)
case("max consumers", stream(max_consumers=1), consumer("a"), consumer("b"), consumer("a"))
case("consumer limits", stream(consumer_limits={"max_ack_pending": 5, "inactive_threshold": 10 * SECOND}), consumer("a", ack_policy="explicit"),
     consumer("b", ack_policy="explicit", max_ack_pending=6), consumer("c", inactive_threshold=11 * SECOND))

case(
    "pull statuses",
    stream(),
    consumer(ack_policy="explicit", max_batch=5, max_expires=10 * SECOND, max_bytes=1000, max_waiting=1),
    *[pull("D", "c", body, seconds=1.5) for body in (
        '{"no_wait":true}', '{"batch":1,"expires":300000000}', '{"batch":6,"expires":300000000}', '{"expires":11000000000}',
        '{"batch":1,"max_bytes":1001,"expires":300000000}', '{"idle_heartbeat":1000000000}',
        '{"idle_heartbeat":200000000,"expires":300000000}', '{"idle_heartbeat":200000000,"expires":500000000}', "{bad", '{"expires":-1}',
        '{"min_pending":1,"expires":300000000}', '{"id":"x","expires":300000000}', '{"priority":10,"expires":300000000}',
    )],
    fill(3),
    pull("D", "c", '{"batch":5,"expires":300000000}'),
    pull("D", "c", '{"batch":5,"no_wait":true}'),
    fill(3),
    pull("D", "c", '{"batch":3,"max_bytes":1000,"expires":300000000}'),
    pub("d.a", "x" * 100),
    pull("D", "c", '{"batch":3,"max_bytes":50,"expires":300000000}'),
    pull("D", "c", "1", count=1),
    fill(4),
    pull("D", "c", "2", count=2),
    pull("D", "c", "", count=1),
    pull("D", "c", "abc", count=1),
    cinfo(),
    call("$JS.API.CONSUMER.MSG.NEXT.D.c", '{"no_wait":true}', [("Nats-Required-Api-Level", "99")]),
)
case("pull of a push consumer", stream(), consumer(deliver_subject="to.here"), pull("D", "c", "1"))
case(
    "pull with no_wait and expires",
    stream(),
    fill(3),
    consumer(ack_policy="explicit"),
    pull("D", "c", '{"batch":2,"no_wait":true,"expires":500000000}'),
    pull("D", "c", '{"batch":5,"no_wait":true,"expires":500000000}'),
    pull("D", "c", '{"batch":5,"no_wait":true,"expires":500000000}'),
)
case(
    "acks",
    stream(),
    fill(12),
    consumer(ack_policy="explicit", max_deliver=4),
    pull("D", "c", '{"batch":6,"expires":500000000}'),
    ack(0),
    ack(2, "+ACK"),
    ack(1, "+OK"),
    cinfo(),
    ack(0),
    ack(3, "-NAK"),
    ack(4, '-NAK {"delay": 100000000}'),
    ack(5, "+WPI"),
    ack(5, "junk"),
    cinfo(),
    pull("D", "c", '{"batch":3,"expires":800000000}'),
    ack(5, "+TERM because"),
    ack(6),
    cinfo(),
    ("ack", 7, "+NXT", 1),
    ("ack", 8, '+NXT {"batch":2,"no_wait":true}', 1),
    call("$JS.ACK.D.c.1.99.99.1.1", "", seconds=0.4),
    call("$JS.ACK.D.none.1.1.1.1.1", "", seconds=0.4),
    call("$JS.ACK.D.c.1.1", "", seconds=0.4),
    cinfo(),
)
case(
    "ack all",
    stream(),
    fill(5),
    consumer(ack_policy="all"),
    pull("D", "c", '{"batch":5,"expires":500000000}'),
    ack(2),
    cinfo(),
    ack(0),
    ack(4),
    cinfo(),
)
case(
    "ack none",
    stream(),
    fill(3),
    consumer(ack_policy="none"),
    pull("D", "c", '{"batch":5,"no_wait":true}'),
    ack(0),
    cinfo(),
)
case(
    "ack wait and max deliver",
    stream(),
    fill(2),
    consumer(ack_policy="explicit", ack_wait=300 * MS, max_deliver=2),
    sub("advisories", "$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.>"),
    pull("D", "c", '{"batch":2,"expires":500000000}', count=2),
    pull("D", "c", '{"batch":2,"expires":900000000}', count=2),
    pull("D", "c", '{"batch":2,"expires":900000000}', count=2, seconds=1.5),
    deliveries("advisories", 2),
    cinfo(),
)
case(
    "max ack pending",
    stream(),
    fill(5),
    consumer(ack_policy="explicit", max_ack_pending=2),
    pull("D", "c", '{"batch":5,"expires":400000000}'),
    cinfo(),
    ack(0),
    pull("D", "c", '{"batch":5,"expires":400000000}'),
)
case(
    "headers only",
    stream(),
    pub("d.a", "12345", [("A", "b")]),
    pub("d.a", "123"),
    consumer(headers_only=True),
    pull("D", "c", '{"batch":2,"expires":400000000}', count=2),
)
case(
    "filters",
    stream(),
    [pub(f"d.{i % 4}", f"m{i}") for i in range(8)],
    consumer(ack_policy="explicit", filter_subjects=["d.1", "d.3"]),
    cinfo(),
    pull("D", "c", '{"batch":10,"no_wait":true}'),
    ack(0),
    ack(1),
    cinfo(),
    consumer(ack_policy="explicit", filter_subject="d.0"),
    cinfo(),
)
case(
    "push",
    stream(),
    fill(3),
    sub("to", "to.here"),
    consumer(deliver_subject="to.here", ack_policy="explicit", idle_heartbeat=300 * MS),
    deliveries("to", 4, 1.5),
    ack(0),
    ack(1),
    ack(2),
    cinfo(),
    pub("d.a", "more"),
    deliveries("to", 1, 1.0),
    api("CONSUMER.DELETE.D.c"),
)
case(
    "push without interest",
    stream(),
    consumer(deliver_subject="to.here", ack_policy="explicit"),
    fill(2),
    cinfo(),
    sub("to", "to.here"),
    deliveries("to", 2),
    cinfo(),
    consumer(deliver_subject="to.there", ack_policy="explicit"),
)
case(
    "push queue",
    stream(),
    consumer(deliver_subject="to.here", deliver_group="g", ack_policy="none"),
    sub("plain", "to.here"),
    fill(2),
    deliveries("plain", 1, 0.4),
    sub("q", "to.here", "g"),
    deliveries("q", 2),
    cinfo(),
)
case(
    "deletes under a consumer",
    stream(),
    fill(5),
    consumer(ack_policy="explicit"),
    pull("D", "c", '{"batch":3,"expires":400000000}', count=3),
    api("STREAM.MSG.DELETE.D", {"seq": 2}),
    cinfo(),
    api("STREAM.PURGE.D"),
    cinfo(),
    pub("d.a", "x"),
    pull("D", "c", '{"batch":3,"no_wait":true}'),
    cinfo(),
)
case(
    "a pull that waits when its consumer goes",
    stream(),
    consumer(ack_policy="explicit"),
    ("waiting", "$JS.API.CONSUMER.MSG.NEXT.D.c", '{"batch":2,"expires":5000000000}', [api("CONSUMER.DELETE.D.c")]),
    consumer(ack_policy="explicit"),
    ("waiting", "$JS.API.CONSUMER.MSG.NEXT.D.c", '{"batch":2,"expires":5000000000}', [api("STREAM.DELETE.D")]),
)
case(
    "advisories",
    sub("e", "$JS.EVENT.ADVISORY.STREAM.>"),
    sub("c", "$JS.EVENT.ADVISORY.CONSUMER.>"),
    stream(),
    update(max_msgs=7),
    consumer(ack_policy="explicit"),
    fill(1),
    pull("D", "c", "1", count=1),
    ack(0, "+TERM done"),
    api("CONSUMER.DELETE.D.c"),
    api("STREAM.DELETE.D"),
    deliveries("e", 3),
    deliveries("c", 3),
)

# --- the wire

CONNECT = 'CONNECT {"verbose":false,"pedantic":false,"headers":true,"no_responders":true}\r\n'
PEDANTIC = 'CONNECT {"verbose":false,"pedantic":true,"headers":true}\r\n'
VERBOSE = 'CONNECT {"verbose":true,"pedantic":false,"headers":true}\r\n'
WIRE = {
    "ping": [CONNECT, "PING\r\n"],
    "lower case": ["connect {}\r\n", "ping\r\n"],
    "connect without arguments": ["CONNECT\r\n", "PING\r\n"],
    "connect with bad json": ["CONNECT {\r\n", "PING\r\n"],
    "flags default to true": ["CONNECT {}\r\n", "PING\r\n", "SUB a 1\r\n", "PUB a 1\r\nx\r\n"],
    "verbose": [VERBOSE, "SUB a 1\r\n", "PUB a 1\r\nx\r\n", "UNSUB 1\r\n", "PING\r\n"],
    "unknown operation": [CONNECT, "FOO\r\n"],
    "unknown operation later": [CONNECT, "PING\r\nPIXX\r\n"],
    "publish to oneself": [CONNECT, "SUB a 1\r\n", "PUB a 5\r\nhello\r\n", "PING\r\n"],
    "no echo": ['CONNECT {"verbose":false,"echo":false}\r\n', "SUB a 1\r\n", "PUB a 5\r\nhello\r\n", "PING\r\n"],
    "reply": [CONNECT, "SUB a 1\r\nPUB a b 0\r\n\r\nPING\r\n"],
    "tabs and blanks": [CONNECT, "SUB  a \t 1 \r\nPUB\ta  5 \r\nhello\r\nPING\r\n"],
    "split in bytes": [CONNECT] + list("SUB a 1\r\nPUB a 5\r\nhello\r\nPING\r\n"),
    "headers": [CONNECT, "SUB a 1\r\nHPUB a 22 24\r\nNATS/1.0\r\nA: b\r\nC:d\r\n\r\nxx\r\nPING\r\n".replace("22 24", "23 25")],
    "headers, no payload": [CONNECT, "SUB a 1\r\nHPUB a r 12 12\r\nNATS/1.0\r\n\r\n\r\nPING\r\n"],
    "headers without support": ['CONNECT {"verbose":false,"headers":false}\r\n', "HPUB a 12 12\r\nNATS/1.0\r\n\r\n\r\nPING\r\n"],
    "receiver without headers": ['CONNECT {"verbose":false}\r\n', "SUB a 1\r\nPUB a 1\r\nx\r\nPING\r\n"],
    "no responders": [CONNECT, "SUB r 1\r\nPUB nobody r 0\r\n\r\nPING\r\n"],
    "no responders without headers": ['CONNECT {"verbose":false,"no_responders":true}\r\n', "PING\r\n"],
    "header larger than total": [CONNECT, "HPUB a 13 12\r\nNATS/1.0\r\n\r\n\r\nPING\r\n"],
    "payload too short": [CONNECT, "PUB a 5\r\nhello!!\r\nPING\r\n"],
    "payload too large": [CONNECT, "PUB a 1048577\r\n"],
    "payload very large": [CONNECT, "PUB a 9999999999\r\n"],
    "header payload too large": [CONNECT, "HPUB a 12 1048577\r\n"],
    "negative size": [CONNECT, "PUB a -1\r\n\r\nPING\r\n"],
    "size is no number": [CONNECT, "PUB a 1x\r\n\r\nPING\r\n"],
    "publish without arguments": [CONNECT, "PUB\r\n"],
    "publish with too many": [CONNECT, "PUB a b c 1\r\nx\r\nPING\r\n"],
    "publish with a subject only": [CONNECT, "PUB a\r\nPING\r\n"],
    "subscribe without arguments": [CONNECT, "SUB\r\n"],
    "subscribe with too many": [CONNECT, "SUB a b c d\r\nPING\r\n"],
    "subscribe with a subject only": [CONNECT, "SUB a\r\nPING\r\n"],
    "unsubscribe without arguments": [CONNECT, "UNSUB\r\n"],
    "unsubscribe of none": [CONNECT, "UNSUB 9\r\nPING\r\n"],
    "unsubscribe after": [CONNECT, "SUB a 1\r\nUNSUB 1 2\r\n" + "PUB a 1\r\nx\r\n" * 3 + "PING\r\n"],
    "invalid subjects": [CONNECT, "SUB a..b 1\r\nSUB a.>.b 2\r\nSUB .a 3\r\nSUB a. 4\r\nPING\r\n"],
    "wildcards": [CONNECT, "SUB a.* 1\r\nSUB a.> 2\r\nSUB > 3\r\nPUB a.b 1\r\nx\r\nPUB a.b.c 1\r\nx\r\nPING\r\n"],
    "pedantic publish": [PEDANTIC, "SUB > 1\r\nPUB a.* 1\r\nx\r\nPING\r\n"],
    "publish to a wildcard": [CONNECT, "SUB a.> 1\r\nPUB a.* 1\r\nx\r\nPING\r\n"],
    "queue": [CONNECT, "SUB a q 1\r\nPUB a 1\r\nx\r\nPING\r\n"],
    "reserved reply": [CONNECT, "PUB a $JS.ACK.x.y 1\r\nx\r\nPING\r\n"],
    "subject too long": [CONNECT, "PUB " + "a" * 5000 + " 1\r\nx\r\n"],
    "same sid twice": [CONNECT, "SUB a 1\r\nSUB b 1\r\nPUB a 1\r\nx\r\nPUB b 1\r\ny\r\nPING\r\n"],
    "info from a client": [CONNECT, "INFO {}\r\nPING\r\n"],
    "ok from a client": [CONNECT, "+OK\r\nPING\r\n"],
    "err from a client": [CONNECT, "-ERR 'x'\r\nPING\r\n"],
    "connect twice": [CONNECT, CONNECT, "PING\r\n"],
    "unsolicited pong": [CONNECT, "PONG\r\nPING\r\n"],
    "publish before connect": ["SUB a 1\r\nPUB a 1\r\nx\r\nPING\r\n"],
    "only line feeds": [CONNECT, "PING\nPING\n"],
    "bytes": [CONNECT, bytes(range(0, 256))],
}
for name, pieces in WIRE.items():
    case(f"wire: {name}", raw(*pieces))


# --- monitoring pages

def pages(name, *paths):
    case(f"monitoring: {name}", stream(), consumer("c"), fill(3), *(page(path) for path in paths))


pages("jsz", "/jsz", "/jsz?accounts=1", "/jsz?streams=1", "/jsz?consumers=1", "/jsz?config=1", "/jsz?consumers=1&config=1",
      "/jsz?acc=$G", "/jsz?acc=NOPE", "/jsz?acc=$G&streams=1&stream-leader-only=1", "/jsz?limit=x", "/jsz?streams=x")
# Without a stream upstream's is unwell at times: what it deletes in the background is a broken stream to it.
pages("healthz", "/healthz?js-enabled-only=true", "/healthz?js-server-only=1",
      "/healthz?account=$G&stream=D", "/healthz?account=$G&stream=D&consumer=c", "/healthz?account=NOPE",
      "/healthz?account=$G&stream=NOPE", "/healthz?account=$G&stream=D&consumer=NOPE", "/healthz?stream=D",
      "/healthz?account=$G&consumer=c", "/healthz?account=$G&stream=NOPE&details=true",
      "/healthz?account=NOPE&details=1", "/healthz?account=$G&stream=D&consumer=NOPE&details=1", "/healthz?stream=D&details=1",
      "/healthz?account=$G&consumer=c&details=1", "/healthz?account=NOPE&js-enabled-only=1", "/healthz?stream=D&js-server-only=1",
      "/healthz?details=x")
pages("other paths", "/nope", "/varz/", "/Varz", "/raftz?acc=NOPE", "/connz?sort=foo", "/connz?sort=stop", "/connz?state=foo",
      "/connz?limit=x", "/connz?cid=x", "/subsz?subs=x", "/subsz?test=foo.*", "/connz?cid=99999", "/subsz?acc=NOPE&subs=1")
