/**
 * The page on which people watch a job: reads the job's topics as an ordinary consumer, keeps a
 * bounded number of pictures, and serves them to browsers.
 */
@NullMarked
package io.groundstream.console.view;

import org.jspecify.annotations.NullMarked;
