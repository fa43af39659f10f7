/** What a configuration file may say as a whole, and what each job makes of it. */
@NullMarked
package io.groundstream.jobs.configuration;

import org.jspecify.annotations.NullMarked;
