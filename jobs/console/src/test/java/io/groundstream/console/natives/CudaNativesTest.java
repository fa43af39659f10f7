package io.groundstream.console.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.console.natives.NativeFile.Folder;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Properties;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests everything that needs no download; {@code NullGpuITCase} covers the rest. */
class CudaNativesTest {
  @TempDir private Path folder;

  private final StringWriter err = new StringWriter();

  @Test
  void namesTheVersionsThatTheEngineHas() throws IOException {
    Properties jni = new Properties();
    try (InputStream in = CudaNatives.class.getResourceAsStream("/jnilib/pytorch.properties")) {
      jni.load(in);
    }
    assertThat(jni.getProperty("jni_version"))
        .isEqualTo(CudaNatives.PYTORCH_VERSION + "-" + CudaNatives.DJL_VERSION);
    assertThat(CudaNatives.artifacts(false))
        .anyMatch(artifact -> artifact.contains(":pytorch:" + CudaNatives.PYTORCH_VERSION + "-"));
  }

  @Test
  void listsEachFileOnceAndNothingThatDjlMustNotLoad() {
    List<NativeFile> files = CudaNatives.files(true);
    assertThat(files).extracting(NativeFile::name).doesNotHaveDuplicates();
    assertThat(files).allSatisfy(file -> assertThat(file.sha256()).matches("[0-9a-f]{64}"));
    assertThat(files)
        .filteredOn(file -> file.folder() == Folder.LIB)
        .extracting(NativeFile::name)
        .containsExactlyInAnyOrder(
            "libc10.so",
            "libc10_cuda.so",
            "libgomp.so.1",
            "libtorch.so",
            "libtorch_cpu.so",
            "libtorch_cuda.so");
    assertThat(CudaNatives.files(false)).isNotEmpty().isSubsetOf(files);
  }

  @Test
  void saysWhatToFetchWhereThereIsNoMaven() {
    assertThatThrownBy(() -> install("/nowhere"))
        .isInstanceOf(NativesException.class)
        .hasMessageContaining("mvn is not on PATH")
        .hasMessageContaining("-Dartifact=org.bytedeco:pytorch:2.7.1-1.5.12:jar:linux-x86_64-gpu")
        .hasMessageContaining("-DoutputDirectory=" + folder.resolve("natives"));
  }

  @Test
  void saysWhatMavenSaid() throws IOException {
    String path = maven("echo '[INFO] Scanning'; echo '[ERROR] Could not find artifact'; exit 1");
    assertThatThrownBy(() -> install(path))
        .isInstanceOf(NativesException.class)
        .hasMessageContaining("org.bytedeco:pytorch:")
        .hasMessageContaining("[ERROR] Could not find artifact");
  }

  @Test
  void takesNoFileOfOtherBytes() throws IOException {
    NativeFile first = CudaNatives.files(false).get(0);
    Path jar = folder.resolve(MavenDownload.fileName(first.artifact()));
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      zip.putNextEntry(new ZipEntry(first.entry()));
      zip.write("not a library".getBytes(StandardCharsets.UTF_8));
    }
    String path =
        maven(
            "for o; do case $o in -DoutputDirectory=*) cp '" + jar + "' \"${o#*=}\";; esac; done");
    assertThatThrownBy(() -> install(path))
        .isInstanceOf(NativesException.class)
        .hasMessageContaining(first.entry() + " has the SHA-256 ")
        .hasMessageContaining("(expected: " + first.sha256());
    assertThat(first.in(folder.resolve("natives"))).doesNotExist();
  }

  @Test
  void reportsWhatTheLinkerDoesNotFind() throws Exception {
    CudaNatives natives = new CudaNatives(folder.resolve("natives"), new PrintWriter(err));
    Path lib = Files.createDirectories(folder.resolve("natives").resolve("lib"));
    try (InputStream in =
        CudaNatives.class.getResourceAsStream("/jnilib/linux-x86_64/cu128/libdjl_torch.so")) {
      assertThat(in).isNotNull();
      Files.copy(in, lib.resolve("libdjl_torch.so"));
    }
    LinkReport report = natives.check("/nowhere:");
    assertThat(report.complete()).isFalse();
    assertThat(report.missing()).containsKeys("libtorch_cuda.so", "libc10_cuda.so");
    assertThat(report.missing().get("libtorch_cuda.so")).containsExactly("libdjl_torch.so");
    assertThat(report.found()).containsKeys("libc.so.6", "libstdc++.so.6");
    assertThat(report.runtime()).isNull();
  }

  private void install(String path) throws Exception {
    new CudaNatives(folder.resolve("natives"), new PrintWriter(err)).install(path, false);
  }

  /** Returns a folder for PATH with a fake Maven that runs the given script. */
  private String maven(String script) throws IOException {
    Path bin = Files.createDirectories(folder.resolve("bin"));
    Path program = bin.resolve("mvn");
    Files.writeString(program, "#!/bin/sh\n" + script + "\n");
    Path unused =
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    return bin.toString();
  }
}
