package io.tidemark.bench.scenario;

import io.tidemark.bench.check.CheckFailed;
import io.tidemark.bench.check.DeliveryLedger;
import io.tidemark.bench.check.Payload;
import io.tidemark.bench.wire.Message;
import java.io.IOException;

/** Key-value work on a bucket of three replicas with up to 10,000 keys. */
enum KeyValue implements Scenario.Work {
    /** Values under all keys in turn, a window of them waiting for acks. */
    PUT {
        @Override
        Figures run(Run run, Bucket bucket) throws IOException {
            Publisher puts = bucket.putAll(run);
            Figures figures = run.measure("msg", run.load().operations(), puts);
            bucket.target().ledger().checkComplete();
            return figures.put(puts.latencies());
        }
    },

    /** The value of a key, each after the one before. */
    GET {
        @Override
        Figures run(Run run, Bucket bucket) throws IOException {
            run.prepare(bucket.putAll(run));
            byte[] nothing = {};
            int count = run.load().operations();
            Requester gets = new Requester(run.connect(), count, new Requester.Requests() {
                @Override
                public byte[] subject(int number) {
                    return Api.subject("DIRECT.GET." + bucket.stream() + "." + bucket.subject(number % bucket.keys()));
                }

                @Override
                public byte[] payload(int number) {
                    return nothing;
                }

                @Override
                public void check(int number, Message answer) {
                    long found = bucket.payload().check(answer);
                    if (found != bucket.latest(number % bucket.keys())) {
                        throw new CheckFailed("key " + number % bucket.keys() + " has value " + found);
                    }
                }
            });
            return run.measure("msg", count, gets).put(gets.latencies());
        }
    },

    /** The latest value of every key. */
    WATCH {
        @Override
        Figures run(Run run, Bucket bucket) throws IOException {
            run.prepare(bucket.putAll(run));
            int puts = run.load().operations();
            DeliveryLedger deliveries = new DeliveryLedger(puts, bucket.payload());
            PushReader watch = new PushReader(
                    run.connect(),
                    bucket.stream(),
                    bucket.allSubjects(),
                    "last_per_subject",
                    deliveries,
                    bucket.keys());
            Figures figures = run.measure("msg", bucket.keys(), watch);
            deliveries.checkAgainst(bucket.target().ledger(), puts - bucket.keys());
            return figures;
        }
    };

    @Override
    public Figures run(Run run) throws IOException {
        Bucket bucket = new Bucket(
                run.stream(), run.load().operations(), new Payload(run.load().payloadBytes()));
        bucket.create(run);
        return run(run, bucket);
    }

    abstract Figures run(Run run, Bucket bucket) throws IOException;
}
