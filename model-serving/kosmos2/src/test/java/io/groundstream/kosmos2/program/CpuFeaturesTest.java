package io.groundstream.kosmos2.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CpuFeaturesTest {
  @TempDir private Path folder;

  private CpuFeatures read(String text) throws Exception {
    return CpuFeatures.read(Files.writeString(folder.resolve("cpuinfo"), text));
  }

  @Test
  void theFirstProcessorDescribesAll() throws Exception {
    CpuFeatures cpu =
        read(
            """
            processor\t: 0
            vendor_id\t: GenuineIntel
            model name\t: Intel(R) Xeon(R) Platinum 8488C
            flags\t\t: fpu sse2 avx2 avx512f avx512dq avx512bw avx512vl amx_bf16 avx512_bf16 amx_tile
            processor\t: 1
            model name\t: another
            flags\t\t: fpu
            """);
    assertThat(cpu.model()).isEqualTo("Intel(R) Xeon(R) Platinum 8488C");
    assertThat(cpu.instructionSets())
        .containsExactly(
            "avx2",
            "avx512f",
            "avx512bw",
            "avx512dq",
            "avx512vl",
            "avx512_bf16",
            "amx_tile",
            "amx_bf16");
    assertThat(cpu.bfloat16Arithmetic()).isTrue();
    assertThat(cpu.bfloat16Tiles()).isTrue();
  }

  @Test
  void withoutTilesBfloat16IsFastInProductsOnly() throws Exception {
    CpuFeatures cpu =
        read("model name: AMD EPYC\nflags: avx2 avx512f avx512dq avx512bw avx512vl avx512_bf16\n");
    assertThat(cpu.bfloat16Arithmetic()).isTrue();
    assertThat(cpu.bfloat16Tiles()).isFalse();
  }

  @Test
  void anOldProcessorComputesInFloat32() throws Exception {
    CpuFeatures cpu = read("model name: AMD EPYC 7B13\nflags: fma avx2\n");
    assertThat(cpu.instructionSets()).containsExactly("avx2", "fma");
    assertThat(cpu.packedBfloat16()).isFalse();
    assertThat(cpu.bfloat16Arithmetic()).isFalse();
  }

  @Test
  void elsewhereNothingIsKnown() throws Exception {
    assertThat(read("CPU architecture: 8\n").instructionSets()).isEmpty();
    CpuFeatures unknown = CpuFeatures.read(folder.resolve("none"));
    assertThat(unknown.model()).isEmpty();
    assertThat(unknown.flags()).isEmpty();
  }
}
