package io.tidemark.bench.scenario;

import io.tidemark.bench.check.CheckFailed;
import io.tidemark.bench.wire.Connection;
import io.tidemark.bench.wire.Message;
import java.io.IOException;

/** Creating things by the API, each after the one before. */
enum Creation implements Scenario.Work {
    /** Of three replicas. */
    STREAMS {
        @Override
        String subject(String stream, String name) {
            return "STREAM.CREATE." + name;
        }

        @Override
        String json(String stream, String name) {
            return Api.streamJson(name, 3, "");
        }
    },

    /** Durable, of one stream of three replicas. */
    CONSUMERS {
        @Override
        String subject(String stream, String name) {
            return "CONSUMER.CREATE." + stream + "." + name;
        }

        @Override
        String json(String stream, String name) {
            return Api.consumerJson(stream, name, "\"durable_name\":\"" + name + "\",\"ack_policy\":\"explicit\"");
        }
    };

    abstract String subject(String stream, String name);

    abstract String json(String stream, String name);

    @Override
    public Figures run(Run run) throws IOException {
        String stream = run.stream();
        run.api().createStream(stream, 3, "");
        int count = run.load().operations();
        Requester requester = new Requester(run.connect(), count, new Requester.Requests() {
            private String name(int number) {
                return stream + "-" + number;
            }

            @Override
            public byte[] subject(int number) {
                return Api.subject(Creation.this.subject(stream, name(number)));
            }

            @Override
            public byte[] payload(int number) {
                return Connection.ascii(json(stream, name(number)));
            }

            @Override
            public void check(int number, Message answer) {
                Reply reply = new Reply(answer.payload()).orFail(name(number));
                if (!reply.textOf("name").equals(name(number))) {
                    throw new CheckFailed("asked for " + name(number) + ": " + reply.text());
                }
            }
        });
        return run.measure("op", count, requester).put(requester.latencies());
    }
}
