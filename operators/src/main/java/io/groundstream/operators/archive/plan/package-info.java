/** Lists the files of an archive and divides them among readers. */
@API(status = API.Status.STABLE)
@NullMarked
package io.groundstream.operators.archive.plan;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
