/**
 * The Kosmos-2 network as a TorchScript program and its typed Java face. The only room that touches
 * DJL's PyTorch internals.
 */
@NullMarked
package io.groundstream.kosmos2.program;

import org.jspecify.annotations.NullMarked;
