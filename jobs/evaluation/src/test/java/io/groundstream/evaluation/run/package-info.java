@NullMarked
package io.groundstream.evaluation.run;

import org.jspecify.annotations.NullMarked;
