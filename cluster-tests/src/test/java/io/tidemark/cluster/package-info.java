/**
 * Whole clusters: {@link io.tidemark.cluster.TestCluster} runs the distribution's processes, the tests use them with a real
 * client and kill them. And the rules that hold over all modules.
 */
@NullMarked
package io.tidemark.cluster;

import org.jspecify.annotations.NullMarked;
