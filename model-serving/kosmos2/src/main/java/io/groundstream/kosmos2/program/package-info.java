/**
 * The Kosmos-2 network as a TorchScript program and its typed Java face. The only package that uses
 * DJL's PyTorch internals.
 */
@API(status = API.Status.STABLE)
@NullMarked
package io.groundstream.kosmos2.program;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
