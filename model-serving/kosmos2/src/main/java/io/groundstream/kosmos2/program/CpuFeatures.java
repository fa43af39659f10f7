package io.groundstream.kosmos2.program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * This machine's processor, as Linux describes it.
 *
 * @param model its name; empty if unknown
 * @param flags its features, by their names in Linux; empty if unknown
 */
public record CpuFeatures(String model, Set<String> flags) {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  /** The instruction sets that decide how fast matrix products are. */
  private static final List<String> ARITHMETIC =
      List.of(
          "avx2",
          "fma",
          "avx_vnni",
          "avx512f",
          "avx512bw",
          "avx512dq",
          "avx512vl",
          "avx512_vnni",
          "avx512_bf16",
          "avx512_fp16",
          "amx_tile",
          "amx_int8",
          "amx_bf16",
          "amx_fp16");

  private static final CpuFeatures CURRENT = read(CPU_INFO);

  /** Returns the processor of this machine. */
  public static CpuFeatures current() {
    return CURRENT;
  }

  /** Returns the instruction sets for matrix products that the processor has, in a fixed order. */
  public List<String> instructionSets() {
    return ARITHMETIC.stream().filter(flags::contains).toList();
  }

  /** Returns whether bfloat16 products are faster than float32 products. */
  boolean bfloat16Arithmetic() {
    return packedBfloat16() && (flags.contains("avx512_bf16") || flags.contains("amx_bf16"));
  }

  /**
   * Returns whether the processor has AMX for bfloat16, with which PyTorch's attention of a single
   * query is faster in bfloat16 than in float32.
   */
  boolean bfloat16Tiles() {
    return packedBfloat16() && flags.contains("amx_bf16");
  }

  /** Returns whether oneDNN supports bfloat16 matrices. */
  boolean packedBfloat16() {
    return flags.containsAll(List.of("avx512bw", "avx512vl", "avx512dq"));
  }

  /** Reads a file in the format of {@code /proc/cpuinfo}, which is absent on other systems. */
  static CpuFeatures read(Path file) {
    try {
      List<String> lines = Files.readAllLines(file);
      return new CpuFeatures(
          value(lines, "model name"),
          Arrays.stream(value(lines, "flags").split(" +", -1))
              .filter(flag -> !flag.isEmpty())
              .collect(Collectors.toUnmodifiableSet()));
    } catch (IOException | RuntimeException e) {
      return new CpuFeatures("", Set.of());
    }
  }

  /** Returns the value of the first line with a key; empty if there is none. */
  private static String value(List<String> lines, String key) {
    return lines.stream()
        .filter(line -> line.startsWith(key))
        .findFirst()
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .orElse("");
  }
}
