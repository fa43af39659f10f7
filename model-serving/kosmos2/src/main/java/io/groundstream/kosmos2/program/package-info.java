/**
 * The Kosmos-2 network as a TorchScript program and its typed Java face. The only package that uses
 * DJL's PyTorch internals.
 */
@NullMarked
package io.groundstream.kosmos2.program;

import org.jspecify.annotations.NullMarked;
