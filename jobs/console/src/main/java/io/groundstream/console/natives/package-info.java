/** PyTorch's natives for GPUs: fetched by Maven, unpacked, and checked against this machine. */
@NullMarked
package io.groundstream.console.natives;

import org.jspecify.annotations.NullMarked;
