package io.groundstream.console.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ElfFileTest {
  @TempDir private Path folder;

  private Path library;

  @BeforeEach
  void copyJni() throws IOException {
    library = folder.resolve("libdjl_torch.so");
    try (InputStream in =
        ElfFileTest.class.getResourceAsStream("/jnilib/linux-x86_64/cu128/libdjl_torch.so")) {
      assertThat(in).isNotNull();
      Files.copy(in, library);
    }
  }

  @Test
  void readsWhatTheLinkerReads() throws IOException {
    ElfFile elf = ElfFile.read(library);
    assertThat(elf.soname()).isEqualTo("libdjl_torch.so");
    assertThat(elf.needed()).contains("libc10.so", "libtorch_cpu.so", "libc.so.6");
    assertThat(elf.neededVersions().get("libc.so.6")).contains("GLIBC_2.2.5");
    assertThat(elf.importsOf("libc.so.6")).contains("free");
    assertThat(elf.importsOf("")).contains("_ZN3c104cuda12device_countEv");
    assertThat(elf.exports())
        .contains("Java_ai_djl_pytorch_jni_PyTorchLibrary_moduleRunMethod")
        .doesNotContain("free");
  }

  @Test
  void namesTheVersionsThatALibraryOffers() throws IOException {
    ElfFile libc = ElfFile.read(loadedLibc());
    assertThat(libc.soname()).isEqualTo("libc.so.6");
    assertThat(libc.definedVersions()).contains("libc.so.6", "GLIBC_2.2.5", "GLIBC_2.17");
    assertThat(libc.exports()).contains("free");
  }

  @Test
  void isAnExceptionWhereALibraryEndsTooEarly() throws IOException {
    byte[] whole = Files.readAllBytes(library);
    Path damaged = folder.resolve("damaged.so");
    for (int length : new int[] {0, 3, 63, 64, 4096, whole.length / 2, whole.length - 1}) {
      Files.write(damaged, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> ElfFile.read(damaged))
          .as("%d bytes", length)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("expected: ");
    }
  }

  /** Returns the C library of this process. */
  private static Path loadedLibc() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/maps")).stream()
        .filter(line -> line.endsWith("/libc.so.6"))
        .map(line -> Path.of(line.substring(line.indexOf('/'))))
        .findFirst()
        .orElseThrow();
  }
}
