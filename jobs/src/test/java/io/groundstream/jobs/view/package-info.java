/** Tests of the page. */
@NullMarked
package io.groundstream.jobs.view;

import org.jspecify.annotations.NullMarked;
