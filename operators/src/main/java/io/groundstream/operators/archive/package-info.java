/**
 * The source of archived images: folders of them, tar shards, Parquet files and manifests, on any
 * file system that Flink knows, as one bounded stream of events.
 */
@NullMarked
package io.groundstream.operators.archive;

import org.jspecify.annotations.NullMarked;
