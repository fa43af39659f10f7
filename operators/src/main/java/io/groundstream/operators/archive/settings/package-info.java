/** The options of archives, and the checked settings. */
@NullMarked
package io.groundstream.operators.archive.settings;

import org.jspecify.annotations.NullMarked;
