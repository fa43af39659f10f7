/** Recognises compression by the first bytes, and decompresses within limits. */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.groundstream.operators.archive.compress;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
