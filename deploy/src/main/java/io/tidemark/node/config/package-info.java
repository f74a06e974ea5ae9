/**
 * What a node is told: the configuration file's grammar ({@link io.tidemark.node.config.ConfigFile}), the command line
 * ({@link io.tidemark.node.config.CommandLine}) and the {@link io.tidemark.node.config.NodeConfig} that both become. Read
 * once at start; each module gets its own small record of it.
 */
@NullMarked
package io.tidemark.node.config;

import org.jspecify.annotations.NullMarked;
