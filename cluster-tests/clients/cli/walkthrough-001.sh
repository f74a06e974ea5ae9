#!/usr/bin/env bash
# The command line parts of the second seed, the ORDERS scenario, in today's spelling.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

gone ORDERS ARCHIVE ORDERS2
orders=(--subjects 'ORDERS.*' --ack --max-msgs=-1 --max-bytes=-1 --max-age=1y --storage file --retention limits
    --max-msg-size=-1 --discard old --dupe-window 2m --replicas "$REPLICAS" --defaults)

# Account
expect "account info" 'Storage: .* of Unlimited' nats account info
json "the account API by hand" \
    'd["type"] == "io.nats.jetstream.api.v1.account_info_response" and d["api"]["level"] >= 1 and "limits" in d' \
    nats req '$JS.API.INFO' '' --raw

# Streams: creating, listing, querying
expect "str add" 'Stream ORDERS was created' nats str add ORDERS "${orders[@]}"
expect "str ls" ' ORDERS ' nats str ls
expect "str ls -n" '^ORDERS$' nats str ls -n
expect "str info" 'Maximum Age: 1y0d0h0m0s|Maximum Age: 365d|Maximum Age: 8760h' nats str info ORDERS
json "str info -j" \
    'd["config"]["name"] == "ORDERS" and d["config"]["subjects"] == ["ORDERS.*"] and d["config"]["max_age"] == 31_536_000_000_000_000
     and d["config"]["storage"] == "file" and d["config"]["num_replicas"] == '"$REPLICAS" nats str info ORDERS -j
expect "str add again, the same" 'ORDERS' nats str add ORDERS "${orders[@]}"
refuse "str add again, another" 'already in use|10058' nats str add ORDERS --subjects OTHER --replicas "$REPLICAS" --defaults
refuse "a name with a dot" '.' nats str add A.B --subjects x --defaults
refuse "overlapping subjects" 'overlap|10065' nats str add ORDERS2 --subjects ORDERS.new --replicas "$REPLICAS" --defaults

# From a file
nats str info ORDERS -j 2>/dev/null | python3 -c 'import json,sys; c=json.load(sys.stdin)["config"]; c["name"]="ORDERS2"; c["subjects"]=["ORDERS2.*"]; c.pop("metadata",None); json.dump(c,open(sys.argv[1],"w"))' "$work/orders.json"
expect "str add --config" 'Stream ORDERS2 was created' nats str add ORDERS2 --config "$work/orders.json"
sed -i 's/ORDERS2\.\*/ORDERS2.>/' "$work/orders.json"
check "str edit --config" nats str edit ORDERS2 --config "$work/orders.json" -f
json "and it took" 'd["config"]["subjects"] == ["ORDERS2.>"]' nats str info ORDERS2 -j
gone ORDERS2

# Copying, editing
expect "str cp" 'Stream ARCHIVE was created|Information for Stream ARCHIVE' nats str cp ORDERS ARCHIVE --subjects 'ORDERS_ARCHIVE.*' --max-age 2y
json "the copy has the rest of the configuration" \
    'd["config"]["subjects"] == ["ORDERS_ARCHIVE.*"] and d["config"]["max_age"] == 63_072_000_000_000_000 and d["config"]["storage"] == "file"' \
    nats str info ARCHIVE -j
check "str edit" nats str edit ARCHIVE --subjects 'ORDERS_ARCHIVE.new' --subjects 'ORDERS_ARCHIVE.old' -f
json "edited" 'd["config"]["subjects"] == ["ORDERS_ARCHIVE.new", "ORDERS_ARCHIVE.old"]' nats str info ARCHIVE -j
check "str rm" nats str rm ARCHIVE -f

# Publishing
check "pub without an ack" nats pub ORDERS.scratch hello
json "req is answered with the ack" 'd["stream"] == "ORDERS" and d["seq"] == 2 and "duplicate" not in d' nats req ORDERS.scratch hello --raw
json "and again" 'd["seq"] == 3' nats req ORDERS.scratch hello --raw
json "str info counts them" 'd["state"]["messages"] == 3 and d["state"]["first_seq"] == 1 and d["state"]["last_seq"] == 3 and d["state"]["bytes"] > 0' \
    nats str info ORDERS -j

# Removing: one message, all of them, the stream
check "str rmm" nats str rmm ORDERS 1 -f
json "the first is gone" 'd["state"]["messages"] == 2 and d["state"]["first_seq"] == 2' nats str info ORDERS -j
refuse "a removed message can't be read" 'no message found|10037' nats str get ORDERS 1
expect "str get" '^hello' nats str get ORDERS 2
expect "str get, the last of a subject" 'ORDERS#3' nats str get ORDERS --last-for ORDERS.scratch
expect "str purge" 'Messages: 0' nats str purge ORDERS -f
json "purged, the sequence goes on" 'd["state"]["first_seq"] == 4 and d["state"]["last_seq"] == 3' nats str info ORDERS -j
check "str rm of the whole" nats str rm ORDERS -f
check "and again from the start" nats str add ORDERS "${orders[@]}"

# Consumers
expect "no consumers" 'No Consumers defined' nats con ls ORDERS
expect "con add NEW" 'Information for Consumer ORDERS > NEW' \
    nats con add ORDERS NEW --filter ORDERS.received --ack explicit --pull --deliver all --max-deliver 20 --sample 100 --defaults
expect "con add DISPATCH" 'Information for Consumer ORDERS > DISPATCH' \
    nats con add ORDERS DISPATCH --filter ORDERS.processed --ack explicit --pull --deliver all --sample 100 --max-deliver 20 --defaults
expect "con add MONITOR" 'Information for Consumer ORDERS > MONITOR' \
    nats con add ORDERS MONITOR --ack none --target monitor.ORDERS --deliver last --replay instant --filter '' --heartbeat=-1 --deliver-group '' --defaults
expect "con ls -n" '^DISPATCH$' nats con ls ORDERS -n
json "con info of a pull consumer" \
    'd["config"]["filter_subject"] == "ORDERS.received" and d["config"]["sample_freq"] == "100" and d["config"]["max_deliver"] == 20
     and d["config"]["ack_policy"] == "explicit" and "deliver_subject" not in d["config"]' nats con info ORDERS NEW -j
json "con info of a push consumer" \
    'd["config"]["deliver_subject"] == "monitor.ORDERS" and d["config"]["ack_policy"] == "none" and d["config"]["deliver_policy"] == "last"' \
    nats con info ORDERS MONITOR -j

# Pull
for i in 1 2 3; do check "pub order $i" nats pub ORDERS.processed "order $i"; done
expect "con next: order 1" '^order 1' nats con next ORDERS DISPATCH
expect "con next: order 2" '^order 2' nats con next ORDERS DISPATCH
expect "the next message by hand" '^order 3' nats req '$JS.API.CONSUMER.MSG.NEXT.ORDERS.DISPATCH' '' --raw

# Push
background monitor nats sub monitor.ORDERS
saw "the push consumer delivers the last message" 'Received on "ORDERS.processed"|order 3' monitor
check "pub order 4" nats pub ORDERS.processed "order 4"
saw "and new ones as they come" 'order 4' monitor

# Configuration from a file
nats con info ORDERS MONITOR -j 2>/dev/null | python3 -c 'import json,sys; c=json.load(sys.stdin)["config"]; c["name"]=c["durable_name"]="MONITOR2"; c["deliver_subject"]="monitor2.ORDERS"; c.pop("metadata",None); json.dump(c,open(sys.argv[1],"w"))' "$work/monitor.json"
check "con add --config" nats con add ORDERS MONITOR2 --config "$work/monitor.json"
json "con info of it" 'd["config"]["deliver_subject"] == "monitor2.ORDERS"' nats con info ORDERS MONITOR2 -j

# Deduplication
gone ORDERS
check "an empty ORDERS" nats str add ORDERS "${orders[@]}"
json "the first of an id is stored" 'd["seq"] == 1 and "duplicate" not in d' nats req -H Nats-Msg-Id:1 ORDERS.new hello1 --raw
for i in 2 3 4; do
    json "hello$i has the same id" 'd["seq"] == 1 and d["duplicate"] is True' nats req -H Nats-Msg-Id:1 ORDERS.new "hello$i" --raw
done
json "one message" 'd["state"]["messages"] == 1' nats str info ORDERS -j
expect "the first of them" '^hello1' nats str get ORDERS 1

# Acknowledgements, as the seed walks through them
gone ORDERS
check "an empty ORDERS again" nats str add ORDERS "${orders[@]}"
check "DISPATCH with a short wait" nats con add ORDERS DISPATCH --filter ORDERS.processed --ack explicit --pull --deliver all --wait 1s --max-deliver 20 --defaults
state() {
    eventually "$1" \
        "[d['delivered']['consumer_seq'], d['delivered']['stream_seq'], d['ack_floor']['consumer_seq'], d['ack_floor']['stream_seq'], d['num_ack_pending'], d['num_redelivered'], d['num_pending']] == $2" \
        nats con info ORDERS DISPATCH -j
}
state "nothing yet" '[0, 0, 0, 0, 0, 0, 0]'
check "pub order 4" nats pub ORDERS.processed "order 4"
state "one to process" '[0, 0, 0, 0, 0, 0, 1]'
expect "next with an ack" 'Acknowledged message' nats con next ORDERS DISPATCH
state "delivered and acked" '[1, 1, 1, 1, 0, 0, 0]'
check "pub order 5" nats pub ORDERS.processed "order 5"
expect "next without an ack" '^order 5' nats con next ORDERS DISPATCH --no-ack
state "outstanding" '[2, 2, 1, 1, 1, 0, 0]'
expect "once more without" '^order 5' nats con next ORDERS DISPATCH --no-ack --wait 5s
state "redelivered" '[3, 2, 1, 1, 1, 1, 0]'
expect "and with an ack" 'Acknowledged message' nats con next ORDERS DISPATCH --wait 5s
state "nothing outstanding" '[4, 2, 4, 2, 0, 0, 0]'
check "pub order 6" nats pub ORDERS.processed "order 6"
expect "a nak" '^order 6' nats con next ORDERS DISPATCH --nak
expect "is redelivered" 'tries: 2' nats con next ORDERS DISPATCH --wait 5s
check "pub order 7" nats pub ORDERS.processed "order 7"
expect "a term" '^order 7' nats con next ORDERS DISPATCH --term
state "is not redelivered" '[7, 4, 7, 4, 0, 0, 0]'

# Starting positions
gone ORDERS
check "an empty ORDERS once more" nats str add ORDERS "${orders[@]}"
check "100 orders" nats pub ORDERS.processed --count 100 --sleep 1ms 'order {{Count}}'
eventually "are stored" 'd["state"]["messages"] == 100' nats str info ORDERS -j
pull=(--pull --filter ORDERS.processed --ack none --replay instant --defaults)
check "deliver all" nats con add ORDERS ALL "${pull[@]}" --deliver all
expect "from the first" '^order 1$' nats con next ORDERS ALL
check "deliver last" nats con add ORDERS LAST "${pull[@]}" --deliver last
expect "from the last" '^order 100$' nats con next ORDERS LAST
check "deliver from a sequence" nats con add ORDERS TEN "${pull[@]}" --deliver 10
expect "from the tenth" '^order 10$' nats con next ORDERS TEN
check "deliver new" nats con add ORDERS FRESH "${pull[@]}" --deliver new
json "nothing yet" 'd["num_pending"] == 0' nats con info ORDERS FRESH -j
check "deliver by time" nats con add ORDERS TWOMINUTES "${pull[@]}" --deliver 2m
expect "everything is younger than that" '^order 1$' nats con next ORDERS TWOMINUTES
check "purge" nats str purge ORDERS -f
for i in 1 2 3; do
    check "order $i later" nats pub ORDERS.processed "order $i"
    sleep 0.7
done
check "deliver by a time between" nats con add ORDERS BETWEEN "${pull[@]}" --deliver 2s
expect "from there on" '^order [123]$' nats con next ORDERS BETWEEN

# An ephemeral push consumer exists while somebody listens
background ephemeral nats sub my.monitor
sleep 0.5
check "con add --ephemeral" nats con add ORDERS --filter '' --ack none --target my.monitor --deliver last --replay instant --ephemeral --heartbeat=-1 --deliver-group '' --defaults
saw "it delivers" 'order 3' ephemeral

# Messages at the pace at which they came
background original nats sub out.original
sleep 0.5
# the command line's --defaults would make it an instant one
cat >"$work/replay.json" <<'JSON'
{"name": "REPLAY", "durable_name": "REPLAY", "deliver_subject": "out.original", "filter_subject": "ORDERS.processed",
 "ack_policy": "none", "deliver_policy": "all", "replay_policy": "original"}
JSON
replay_begin=$(date +%s%N)
check "replay original" nats con add ORDERS REPLAY --config "$work/replay.json"
saw "replays the third" 'order 3' original
if (($(date +%s%N) - replay_begin > 1200000000)); then pass "not before its time"; else fail "not before its time" "$(cat "$work/original")"; fi

# Sampling
gone ORDERS
check "ORDERS for sampling" nats str add ORDERS "${orders[@]}"
check "a sampled consumer" nats con add ORDERS SAMPLED --filter ORDERS.received --ack explicit --pull --deliver all --sample 100 --defaults
background samples nats sub '$JS.EVENT.METRIC.CONSUMER.ACK.>' --raw
sleep 0.5
check "a message to sample" nats pub ORDERS.received one
check "acked" nats con next ORDERS SAMPLED
saw "the sample" 'io.nats.jetstream.metric.v1.consumer_ack' samples

# Work queue, interest, limits, as the seed describes them
gone ORDERS
check "a work queue" nats str add ORDERS --subjects 'ORDERS.*' --retention work --storage file --replicas "$REPLICAS" --defaults
check "its consumer" nats con add ORDERS W --pull --deliver all --ack explicit --defaults
refuse "a second one that overlaps" 'unique|10100|10099' nats con add ORDERS W2 --pull --deliver all --ack explicit --defaults
check "work" nats pub ORDERS.work job
check "done" nats con next ORDERS W
eventually "what is acked leaves the queue" 'd["state"]["messages"] == 0 and d["state"]["last_seq"] == 1' nats str info ORDERS -j
gone ORDERS
check "an interest stream" nats str add ORDERS --subjects 'ORDERS.*' --retention interest --storage file --replicas "$REPLICAS" --defaults
json "without interest a publish is acked" 'd["seq"] == 1' nats req ORDERS.x hello --raw
json "and not kept" 'd["state"]["messages"] == 0' nats str info ORDERS -j
gone ORDERS
check "discard new" nats str add ORDERS --subjects 'ORDERS.*' --discard new --max-msgs 2 --storage file --replicas "$REPLICAS" --defaults
for i in 1 2; do json "message $i fits" "d['seq'] == $i" nats req ORDERS.x hello --raw; done
json "the third doesn't" 'd["error"]["err_code"] == 10077 and d["error"]["description"] == "maximum messages exceeded"' nats req ORDERS.x hello --raw
check "discard old" nats str edit ORDERS --discard old -f
json "the third replaces the first" 'd["seq"] == 3' nats req ORDERS.x hello --raw
json "two are left" 'd["state"]["messages"] == 2 and d["state"]["first_seq"] == 2' nats str info ORDERS -j
check "no acks" nats str edit ORDERS --no-ack -f
if [[ -z $(bounded nats req ORDERS.x hello --raw --timeout 500ms 2>/dev/null) ]]; then pass "a request then has no answer"; else fail "a request then has no answer" ""; fi
check "cleaned up" nats str rm ORDERS -f

finish
