/**
 * A Hugging Face directory of Kosmos-2 as typed Java: its configuration, how pictures are prepared
 * for it, and where in which file each tensor lies. Knows nothing of PyTorch, nor of what the
 * tensors mean.
 */
@NullMarked
package io.groundstream.kosmos2.checkpoint;

import org.jspecify.annotations.NullMarked;
