/**
 * The page that shows a job at work. Reads the job's topics as an ordinary consumer, keeps a
 * bounded number of images, and serves them to browsers.
 */
@NullMarked
package io.groundstream.console.view;

import org.jspecify.annotations.NullMarked;
