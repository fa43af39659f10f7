/**
 * The source of archived images: folders of them, tar shards, Parquet files and manifests, on any
 * file system that Flink knows, as one bounded stream of events.
 */
@API(status = API.Status.STABLE)
@NullMarked
package io.groundstream.operators.archive;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
