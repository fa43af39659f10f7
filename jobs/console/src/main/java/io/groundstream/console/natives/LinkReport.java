package io.groundstream.console.natives;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the dynamic linker of this machine would say.
 *
 * @param found where each library is that is needed, by its name
 * @param missing by the name of a library that is nowhere, those that need it
 * @param unsuitable sentences about libraries that are there, and do not offer what is wanted
 * @param runtime where the CUDA runtime is, or null
 * @param driver where the library of NVIDIA's driver is, or null
 */
public record LinkReport(
    Map<String, Path> found,
    Map<String, Set<String>> missing,
    List<String> unsuitable,
    @Nullable Path runtime,
    @Nullable Path driver) {
  /** Whether all would load. */
  public boolean complete() {
    return missing.isEmpty() && unsuitable.isEmpty();
  }
}
