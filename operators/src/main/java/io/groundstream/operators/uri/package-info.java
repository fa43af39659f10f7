/**
 * URIs as strangers write them: split, escaped, resolved and compared by the rules that browsers
 * and curl share. Knows no network and no file system.
 */
@NullMarked
package io.groundstream.operators.uri;

import org.jspecify.annotations.NullMarked;
