/** Reads tar files entry by entry, and trusts none of their headers. */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.groundstream.operators.archive.tar;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
