#!/usr/bin/env bash
# Every command of the command line client that is used daily, each with what is essential in its output.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

gone SURFACE SURFACE_COPY KV_SURFACE OBJ_SURFACE benchstream
replicas=(--replicas "$REPLICAS")

# Connection
expect "rtt" 'nats://' nats rtt
expect "account info" 'Connected Server ID: ' nats account info

# Core: pub, sub, queue groups, req, reply
background subscriber nats sub 'surface.core.>' --raw
background answerer nats reply surface.service 'answer to {{Request}}'
background worker1 nats sub surface.queue --queue workers --raw
background worker2 nats sub surface.queue --queue workers --raw
sleep 1
check "pub" nats pub surface.core.a 'hello core'
saw "sub receives it" '^hello core' subscriber
check "pub with a header" nats pub surface.core.b -H 'Colour:blue' 'with header'
saw "sub receives that" '^with header' subscriber
expect "req is answered by reply" '^answer to question' nats req surface.service question --raw
expect "req without a responder" 'No responders are available' nats req surface.nobody question
for i in $(seq 10); do nats pub surface.queue "job $i" >/dev/null 2>&1; done
saw "a queue group receives" 'job ' worker1
for _ in $(seq 50); do
    (($(cat "$work/worker1" "$work/worker2" | grep -c '^job ') >= 10)) && break
    sleep 0.1
done
if (($(cat "$work/worker1" "$work/worker2" | grep -c '^job ') == 10)); then pass "each job once"; else fail "each job once" "$(cat "$work/worker1" "$work/worker2")"; fi

# Streams
expect "stream add" 'Stream SURFACE was created' nats stream add SURFACE --subjects 'surface.js.>' --storage memory "${replicas[@]}" --defaults
gone SURFACE
expect "stream add, file" 'Stream SURFACE was created' \
    nats stream add SURFACE --subjects 'surface.js.>' --storage file --max-msgs-per-subject 100 --max-msg-size 1024 --description 'first' "${replicas[@]}" --defaults
expect "stream info" 'Subjects: surface.js.>' nats stream info SURFACE
json "stream info --json" 'd["config"]["max_msgs_per_subject"] == 100 and d["config"]["max_msg_size"] == 1024' nats stream info SURFACE --json
expect "stream ls" 'SURFACE' nats stream ls
expect "stream ls by subject" '^SURFACE$' nats stream ls --subject surface.js.one -n
check "stream edit" nats stream edit SURFACE --description second --max-msgs 1000 -f
json "edited" 'd["config"]["description"] == "second" and d["config"]["max_msgs"] == 1000' nats stream info SURFACE --json
refuse "stream edit of what is fixed" '.' nats stream edit SURFACE --config <(echo '{"name":"SURFACE","subjects":["surface.js.>"],"storage":"memory"}') -f
for i in 1 2 3 4 5; do json "publish $i" "d['seq'] == $i and d['stream'] == 'SURFACE'" nats req "surface.js.$((i % 2))" "message $i" --raw; done
expect "stream get" '^message 2' nats stream get SURFACE 2
expect "stream get, last for" '^message 5' nats stream get SURFACE --last-for surface.js.1
expect "stream view" 'message 1' "$on_terminal" nats stream view SURFACE
expect "stream state" 'Number of Subjects: 2' nats stream state SURFACE
expect "stream subjects" 'surface.js.0' nats stream subjects SURFACE
expect "stream report" 'SURFACE' nats stream report
check "stream rmm" nats stream rmm SURFACE 3 -f
json "a gap" 'd["state"]["messages"] == 4 and d["state"]["num_deleted"] == 1' nats stream info SURFACE --json
check "stream purge by subject" nats stream purge SURFACE --subject surface.js.0 -f
json "purged by subject" 'd["state"]["messages"] == 2' nats stream info SURFACE --json
check "stream purge to a sequence" nats stream purge SURFACE --seq 5 -f
json "purged to the sequence" 'd["state"]["messages"] == 1 and d["state"]["first_seq"] == 5' nats stream info SURFACE --json
for i in 6 7 8; do check "pub $i" nats pub surface.js.1 "message $i"; done
check "stream purge, keep" nats stream purge SURFACE --keep 2 -f
json "kept" 'd["state"]["messages"] == 2 and d["state"]["first_seq"] == 7' nats stream info SURFACE --json
check "stream cp" nats stream cp SURFACE SURFACE_COPY --subjects surface.copy
json "copied" 'd["config"]["max_msg_size"] == 1024 and d["state"]["messages"] == 0' nats stream info SURFACE_COPY --json
check "stream rm" nats stream rm SURFACE_COPY -f

# Consumers
expect "consumer add" 'Information for Consumer SURFACE > PULL' nats consumer add SURFACE PULL --pull --deliver all --ack explicit --max-pending 100 --defaults
check "consumer add, several filters" nats consumer add SURFACE FILTERED --pull --deliver all --filter surface.js.1 --filter surface.js.2 --defaults
check "consumer edit" nats consumer edit SURFACE PULL --description edited --max-pending 50 -f
json "consumer info" 'd["config"]["description"] == "edited" and d["config"]["max_ack_pending"] == 50' nats consumer info SURFACE PULL --json
expect "consumer ls" 'PULL' nats consumer ls SURFACE
expect "consumer ls -n" '^FILTERED$' nats consumer ls SURFACE -n
expect "consumer state" 'Unprocessed Messages: 2' nats consumer state SURFACE PULL
expect "consumer next" '^message 7' nats consumer next SURFACE PULL
expect "consumer next --raw" '^message 8' nats consumer next SURFACE PULL --raw
refuse "consumer next on the end" 'no message|timeout' nats consumer next SURFACE PULL --wait 200ms
expect "consumer report" 'PULL' nats consumer report SURFACE
check "consumer rm" nats consumer rm SURFACE FILTERED -f
check "a push consumer for a queue" nats consumer add SURFACE PUSH --target surface.deliver --deliver-group workers --deliver all --ack explicit --replay instant --heartbeat=-1 --defaults
background pushed nats sub surface.deliver --queue workers --ack --raw
saw "delivers to the group" '^message 7' pushed
eventually "which acks" 'd["num_ack_pending"] <= 2 and d["delivered"]["stream_seq"] == 8' nats consumer info SURFACE PUSH --json

# Key-value
expect "kv add" 'SURFACE' nats kv add SURFACE --history 5 "${replicas[@]}"
expect "kv put" '^one' nats kv put SURFACE key one
expect "kv get" '^one$' nats kv get SURFACE key --raw
expect "kv create" '^new' nats kv create SURFACE other new
refuse "kv create of a key that exists" 'key exists|wrong last sequence' nats kv create SURFACE key again
expect "kv update" '^two' nats kv update SURFACE key two 1
refuse "kv update with an old revision" 'wrong last sequence' nats kv update SURFACE key three 1
expect "kv ls of the keys" '^other' nats kv ls SURFACE
expect "kv ls" 'SURFACE' nats kv ls
expect "kv history" 'one' nats kv history SURFACE key
expect "kv info" 'SURFACE' nats kv info SURFACE
background watcher nats kv watch SURFACE
saw "kv watch shows what is there" 'PUT.*key' watcher
check "kv put while watched" nats kv put SURFACE watched now
saw "kv watch shows it" 'PUT.*watched.*now' watcher
check "kv del" nats kv del SURFACE other -f
saw "kv watch shows the deletion" 'DEL.*other' watcher
refuse "kv get of a deleted key" 'key not found|nil message' nats kv get SURFACE other --raw
check "kv purge" nats kv purge SURFACE key -f
check "kv del of the bucket" nats kv del SURFACE -f

# Objects
head -c 300000 /dev/urandom >"$work/object"
expect "object add" 'SURFACE' nats object add SURFACE "${replicas[@]}"
expect "object put" 'Size: 293 KiB|293 KiB' nats object put SURFACE "$work/object" --name thing --no-progress -f
check "object get" nats object get SURFACE thing --output "$work/back" --no-progress -f
check "object is the same" cmp "$work/object" "$work/back"
expect "object ls" 'thing' nats object ls SURFACE
expect "object info" 'thing' nats object info SURFACE thing
check "object rm" nats object rm SURFACE thing -f
refuse "object get of a removed one" 'not found' nats object get SURFACE thing --output "$work/none" --no-progress -f
check "object rm of the bucket" nats object rm SURFACE -f

# Bench, with small counts
expect "bench pub" 'stats: [0-9,]+ msgs/sec' nats bench pub surface.bench --msgs 2000 --size 128 --no-progress
background benchsub nats bench sub surface.bench --msgs 2000 --no-progress
sleep 1
check "bench pub for it" nats bench pub surface.bench --msgs 2000 --size 128 --no-progress
saw "bench sub" 'msgs/sec' benchsub
expect "bench js pub sync" 'msgs/sec' nats bench js pub sync surface.bench.js --create --storage file "${replicas[@]}" --msgs 200 --no-progress
expect "bench js pub async" 'msgs/sec' nats bench js pub async surface.bench.js --create --storage file "${replicas[@]}" --batch 100 --msgs 2000 --purge --no-progress
json "everything published is there" 'd["state"]["messages"] == 2000' nats stream info benchstream --json
expect "bench js ordered" 'msgs/sec' nats bench js ordered --msgs 2000 --no-progress
expect "bench js consume" 'msgs/sec' nats bench js consume --msgs 2000 --no-progress
check "the consumer of that" nats consumer rm benchstream nats-bench -f
expect "bench js fetch" 'msgs/sec' nats bench js fetch --msgs 2000 --no-progress
expect "bench js get sync" 'msgs/sec' nats bench js get sync --msgs 100 --no-progress
gone benchstream SURFACE

finish
