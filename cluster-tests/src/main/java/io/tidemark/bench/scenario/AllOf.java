package io.tidemark.bench.scenario;

import io.tidemark.bench.wire.Activity;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/** Activities side by side. */
record AllOf(List<? extends Activity> activities) implements Activity {
    @Override
    public void turn() throws IOException {
        for (int i = 0; i < activities.size(); i++) {
            activities.get(i).turn();
        }
    }

    @Override
    public boolean done() {
        for (int i = 0; i < activities.size(); i++) {
            if (!activities.get(i).done()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String progress() {
        return activities.stream().map(Activity::progress).collect(Collectors.joining("; "));
    }
}
