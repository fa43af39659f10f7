@NullMarked
package io.groundstream.console.deadletters;

import org.jspecify.annotations.NullMarked;
