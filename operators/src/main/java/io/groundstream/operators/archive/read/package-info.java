/** Reads the files of an archive. Each format becomes events, and each fault a dead letter. */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.groundstream.operators.archive.read;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
