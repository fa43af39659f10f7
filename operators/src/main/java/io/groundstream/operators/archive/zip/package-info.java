/** Reads zip files by their directory, and trusts none of its values. */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.groundstream.operators.archive.zip;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
