/**
 * The formats of events: what turns the value, key and headers of a record into an image event. A
 * format is a service ({@link io.groundstream.operators.format.EventFormat}), so that users can add
 * their own.
 */
@API(status = API.Status.STABLE)
@NullMarked
package io.groundstream.operators.format;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
