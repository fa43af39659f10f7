/**
 * The Kosmos-2 network as a TorchScript program and its typed Java face. The only room that touches
 * DJL's PyTorch internals.
 */
@NullMarked
package io.groundstream.model.program;

import org.jspecify.annotations.NullMarked;
