/**
 * How a job's configuration is read: every value checked, every problem reported at once. Options
 * and settings themselves live beside what they configure.
 */
@API(status = API.Status.STABLE)
@NullMarked
package io.groundstream.operators.settings;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
