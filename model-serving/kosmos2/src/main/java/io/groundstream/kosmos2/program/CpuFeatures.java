package io.groundstream.kosmos2.program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The features of this machine's processor, by their names in Linux; empty if unknown. */
record CpuFeatures(Set<String> flags) {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
  private static final CpuFeatures CURRENT = new CpuFeatures(read(CPU_INFO));

  static CpuFeatures current() {
    return CURRENT;
  }

  /** Returns whether bfloat16 products are faster than float32 products. */
  boolean bfloat16Arithmetic() {
    return packedBfloat16() && (flags.contains("avx512_bf16") || flags.contains("amx_bf16"));
  }

  /** Returns whether oneDNN supports bfloat16 matrices. */
  boolean packedBfloat16() {
    return flags.containsAll(List.of("avx512bw", "avx512vl", "avx512dq"));
  }

  private static Set<String> read(Path file) {
    try {
      return Files.readAllLines(file).stream()
          .filter(line -> line.startsWith("flags"))
          .findFirst()
          .map(line -> line.substring(line.indexOf(':') + 1).strip().split(" +"))
          .map(names -> Arrays.stream(names).collect(Collectors.toUnmodifiableSet()))
          .orElse(Set.of());
    } catch (IOException | RuntimeException e) {
      return Set.of();
    }
  }
}
