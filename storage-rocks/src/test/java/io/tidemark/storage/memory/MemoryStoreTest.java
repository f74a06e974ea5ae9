package io.tidemark.storage.memory;

import io.tidemark.storage.Store;
import io.tidemark.storage.StoreContractTest;

class MemoryStoreTest extends StoreContractTest {
    private final MemoryStore memory = new MemoryStore();

    @Override
    protected Store openStore() {
        return memory;
    }

    @Override
    protected void cutPower(Store running) {
        memory.crash();
    }
}
