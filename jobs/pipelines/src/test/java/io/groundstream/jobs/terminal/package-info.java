@NullMarked
package io.groundstream.jobs.terminal;

import org.jspecify.annotations.NullMarked;
