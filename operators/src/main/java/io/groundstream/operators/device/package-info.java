/** Which device a task manager's model runs on. */
@NullMarked
package io.groundstream.operators.device;

import org.jspecify.annotations.NullMarked;
