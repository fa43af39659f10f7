/** The options of archives, and the checked settings. */
@API(status = API.Status.STABLE)
@NullMarked
package io.groundstream.operators.archive.settings;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
