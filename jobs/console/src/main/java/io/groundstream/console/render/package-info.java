/**
 * Answers made visible: boxes and phrases drawn on pictures, and a page of them. Knows neither
 * where the answers came from nor where they go.
 */
@NullMarked
package io.groundstream.console.render;

import org.jspecify.annotations.NullMarked;
