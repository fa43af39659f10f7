/**
 * What can be set: typed options with descriptions, one class for each concern, and the checked
 * settings that they become. Knows names, defaults and ranges; does nothing with them.
 */
@NullMarked
package io.groundstream.operators.config;

import org.jspecify.annotations.NullMarked;
