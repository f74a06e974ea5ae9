package io.tidemark.bench.scenario;

import io.tidemark.bench.check.Latencies;
import io.tidemark.bench.check.Payload;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Publishing to new streams, acknowledged.
 *
 * @param replicas of each stream
 * @param streams that the messages go to in turn
 * @param shape what differs from the load asked for
 */
record Publish(int replicas, int streams, UnaryOperator<Load> shape) implements Scenario.Work {
    @Override
    public Figures run(Run run) throws IOException {
        Load load = shape.apply(run.load());
        int perStream = Math.max(1, load.operations() / streams);
        List<Target> targets = new ArrayList<>();
        for (int i = 0; i < streams; i++) {
            String stream = run.stream() + i;
            run.api().createStream(stream, replicas, "");
            targets.add(new Target(stream, perStream));
        }
        int messages = perStream * streams;
        Latencies latencies = new Latencies();
        List<Publisher> publishers = new ArrayList<>();
        for (int i = 0; i < load.connections(); i++) {
            publishers.add(new Publisher(
                    run.connect(),
                    targets,
                    new Payload(load.payloadBytes()),
                    latencies,
                    load.window(),
                    i,
                    load.connections(),
                    (messages - i + load.connections() - 1) / load.connections()));
        }
        Figures figures = run.measure("msg", messages, new AllOf(publishers));
        targets.forEach(target -> target.ledger().checkComplete());
        return figures.put(latencies);
    }
}
