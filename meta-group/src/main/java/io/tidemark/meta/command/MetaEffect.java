package io.tidemark.meta.command;

import io.tidemark.meta.MetaImage;

/** What should happen in the world because a meta command was applied. */
public sealed interface MetaEffect {
    /** This is what should exist from now on. */
    record ImageChanged(MetaImage image) implements MetaEffect {}
}
