/**
 * A Hugging Face directory of Kosmos-2 as typed Java: its configuration, how images are prepared
 * for it, and the file and position of each tensor. Depends on neither PyTorch nor the meaning of
 * the tensors.
 */
@API(status = API.Status.STABLE)
@NullMarked
package io.groundstream.kosmos2.checkpoint;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
