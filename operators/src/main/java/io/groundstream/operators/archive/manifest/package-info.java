/** Reads manifests: lines and comma-separated values, with their positions in the file. */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.groundstream.operators.archive.manifest;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
