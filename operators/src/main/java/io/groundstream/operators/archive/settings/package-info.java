/** What can be configured of reading archives. */
@NullMarked
package io.groundstream.operators.archive.settings;

import org.jspecify.annotations.NullMarked;
