/**
 * Splits, escapes, resolves and compares URIs from untrusted sources by the rules that browsers and
 * curl share. Uses no network and no file system.
 */
@NullMarked
package io.groundstream.operators.uri;

import org.jspecify.annotations.NullMarked;
