/** Which device a task manager's model runs on. */
@API(status = API.Status.STABLE)
@NullMarked
package io.groundstream.operators.device;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
