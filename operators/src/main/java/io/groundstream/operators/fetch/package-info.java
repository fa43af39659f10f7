/** Fetches the bytes of images that events refer to, only from where events may read. */
@API(status = API.Status.STABLE)
@NullMarked
package io.groundstream.operators.fetch;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
