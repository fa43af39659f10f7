@NullMarked
package io.groundstream.jobs.deadletters;

import org.jspecify.annotations.NullMarked;
