/** The configuration file as a whole, and the settings that each job reads from it. */
@NullMarked
package io.groundstream.jobs.configuration;

import org.jspecify.annotations.NullMarked;
