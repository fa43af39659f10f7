/**
 * Tests several parts together, as users run them: the dependencies of modules, the artefacts for
 * clusters, and jobs that are killed. May use all modules; no module uses it.
 */
@NullMarked
package io.groundstream.it;

import org.jspecify.annotations.NullMarked;
