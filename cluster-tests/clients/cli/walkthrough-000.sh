#!/usr/bin/env bash
# The walkthrough of the first seed: a stream, publishes, a pull consumer, replaying, cleaning up.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

gone my_stream

# Prerequisite: JetStream is on
expect "account info shows the connection" 'Maximum Payload: 1.0 MiB' nats account info
expect "account info: headers" 'Headers Supported: true' nats account info
expect "account info: JetStream is on" 'JetStream Account Information' nats account info
expect "account info: nothing is limited" 'Streams: [0-9]+ of Unlimited' nats account info

# 1. A stream
expect "stream add" 'Stream my_stream was created' nats stream add my_stream --subjects foo --storage file --replicas "$REPLICAS" --defaults
json "a new stream has the defaults" \
    'd["config"]["subjects"] == ["foo"] and d["config"]["storage"] == "file" and d["config"]["retention"] == "limits"
     and d["config"]["discard"] == "old" and d["config"]["duplicate_window"] == 120_000_000_000
     and d["config"]["max_msgs"] == d["config"]["max_bytes"] == d["config"]["max_msg_size"] == d["config"]["max_consumers"] == -1
     and d["config"]["max_age"] == 0 and d["config"]["num_replicas"] == '"$REPLICAS" \
    nats stream info my_stream --json
json "a new stream is empty" \
    'd["state"]["messages"] == d["state"]["bytes"] == d["state"]["first_seq"] == d["state"]["last_seq"] == d["state"]["consumer_count"] == 0' \
    nats stream info my_stream --json
expect "stream info: subjects" '^ +Subjects: foo$' nats stream info my_stream
expect "stream info: replicas" "^ +Replicas: $REPLICAS\$" nats stream info my_stream
expect "stream info: window" '^ +Duplicate Window: 2m0s$' nats stream info my_stream
expect "stream info: unlimited" '^ +Maximum Messages: unlimited$' nats stream info my_stream

# 2. Publish into it
check "pub with a count and a template" \
    nats pub foo --count=1000 --sleep 1ms 'publication #{{Count}} @ {{TimeStamp}}'
eventually "every publish is stored" 'd["state"]["messages"] == 1000 and d["state"]["first_seq"] == 1 and d["state"]["last_seq"] == 1000' \
    nats stream info my_stream --json
expect "stream view" 'publication #1 @' "$on_terminal" nats stream view my_stream

# 3. A consumer
expect "consumer add" 'Information for Consumer my_stream > pull_consumer' \
    nats consumer add my_stream pull_consumer --pull --deliver all --ack explicit --replay instant --filter '' --max-deliver=-1 --max-pending=0 --defaults
json "a new consumer has the defaults" \
    'd["config"]["deliver_policy"] == "all" and d["config"]["ack_policy"] == "explicit" and d["config"]["ack_wait"] == 30_000_000_000
     and d["config"]["replay_policy"] == "instant" and d["config"]["max_waiting"] == 512 and d["config"]["max_deliver"] == -1
     and "deliver_subject" not in d["config"]' \
    nats consumer info my_stream pull_consumer --json
json "a new consumer has everything before it" \
    'd["num_pending"] == 1000 and d["num_ack_pending"] == d["num_redelivered"] == d["num_waiting"] == 0
     and d["delivered"]["consumer_seq"] == d["ack_floor"]["stream_seq"] == 0' \
    nats consumer info my_stream pull_consumer --json
expect "consumer info" 'Unprocessed Messages: 1,000' nats consumer info my_stream pull_consumer
check "stream rmm" nats stream rmm my_stream 7 -f

# Subscribing: two share the consumer, as the seed suggests
background first nats consumer next my_stream pull_consumer --count 500
background second nats consumer next my_stream pull_consumer --count 499
for worker in "${started[@]}"; do wait "$worker"; done
if [[ $(cat "$work/first" "$work/second" | grep -c '^publication #') -eq 999 &&
    $(cat "$work/first" "$work/second" | grep '^publication #' | sort -u | wc -l) -eq 999 ]]; then
    pass "two workers share all messages, each once"
else
    fail "two workers share all messages, each once" "$(tail -n 3 "$work/first" "$work/second")"
fi
expect "each was acknowledged" '^Acknowledged message' cat "$work/first"
eventually "everything is acked" 'd["num_pending"] == 0 and d["num_ack_pending"] == 0 and d["ack_floor"]["stream_seq"] == 1000' \
    nats consumer info my_stream pull_consumer --json

# Replaying again
check "consumer rm" nats consumer rm my_stream pull_consumer -f
json "a removed consumer is gone by the API" 'd["error"]["code"] == 404 and d["error"]["err_code"] == 10014' \
    nats req '$JS.API.CONSUMER.INFO.my_stream.pull_consumer' '' --raw
refuse "a removed consumer is gone" 'cannot pick a Consumer|consumer not found' nats consumer info my_stream pull_consumer
check "consumer add again" nats consumer add my_stream pull_consumer --pull --defaults
expect "it replays from the first" '^publication #1 @' nats consumer next my_stream pull_consumer

# 4. Cleaning up
json "stream purge" 'd["state"]["messages"] == 0 and d["state"]["first_seq"] == 1001 and d["state"]["last_seq"] == 1000' \
    nats stream purge my_stream -f --json
check "stream rm" nats stream rm my_stream -f
json "a removed stream is gone by the API" 'd["error"]["code"] == 404 and d["error"]["err_code"] == 10059' \
    nats req '$JS.API.STREAM.INFO.my_stream' '' --raw
refuse "with its consumers" 'cannot pick a Stream|stream not found' nats consumer info my_stream pull_consumer
refuse "stream info of a removed one" 'cannot pick a Stream|stream not found' nats stream info my_stream

finish
