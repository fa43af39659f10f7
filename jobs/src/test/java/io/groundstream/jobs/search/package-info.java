@NullMarked
package io.groundstream.jobs.search;

import org.jspecify.annotations.NullMarked;
