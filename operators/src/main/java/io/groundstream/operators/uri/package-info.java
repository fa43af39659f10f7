/**
 * Splits, escapes, resolves and compares URIs from untrusted sources by the rules that browsers and
 * curl share. Uses no network and no file system.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.groundstream.operators.uri;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
