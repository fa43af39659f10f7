package io.groundstream.it;

import io.groundstream.console.natives.ElfFile;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * PyTorch's natives for CUDA above libraries that do nothing, so that all of the engine's GPU path
 * runs on a machine without a GPU, save for the kernels themselves. The natives are fetched by
 * {@code groundstream natives cuda}; the libraries are made of {@code src/test/native} by gcc, with
 * a function for everything that the natives import.
 */
final class NullGpu {
  private static final Path SOURCES = Path.of("src", "test", "native");
  private static final Path CHECKPOINT = Path.of("..", "model-serving", "demo-checkpoint");
  private static final String CONSOLE = "io.groundstream.console.cli.Console";
  private static final String RUNTIME = "libcudart.so.12";
  private static final Pattern NVIDIA = Pattern.compile("libcu.*\\.so\\.\\d+");
  private static final int PATIENCE_MINUTES = 15;

  private final Path libraries;
  private final Map<String, String> environment;

  private NullGpu(Path libraries, Map<String, String> environment) {
    this.libraries = libraries;
    this.environment = environment;
  }

  /**
   * Fetches the natives, unless they are there, and makes the libraries.
   *
   * @param folder for both, kept between runs
   */
  static NullGpu make(Path folder) throws Exception {
    Path natives = folder.toAbsolutePath().resolve("natives");
    Path libraries = Files.createDirectories(folder.toAbsolutePath().resolve("libraries"));
    List<String> command =
        javaCommand(
            List.of("-Djava.awt.headless=true"),
            List.of(CONSOLE, "natives", "cuda", "--to", natives.toString()));
    // The first time there is nothing to link against yet, and the command says so.
    if (Files.notExists(natives.resolve("lib").resolve("libtorch_cuda.so"))) {
      Output unused = run(command, Map.of(), folder.resolve("natives.log"));
    }
    compile(natives.resolve("lib"), libraries);
    Output output =
        run(
            command,
            Map.of("LD_LIBRARY_PATH", libraries.toString()),
            folder.resolve("natives.log"));
    if (output.status() != 0) {
      throw new AssertionError("groundstream natives cuda: " + output);
    }
    return new NullGpu(libraries, environment(output, libraries));
  }

  /** Runs {@link NullGpuMain} in a process of its own, and returns what it prints. */
  Map<String, String> run(
      String what, String device, String precision, Map<String, String> settings) throws Exception {
    Map<String, String> all = new HashMap<>(environment);
    all.putAll(settings);
    List<String> command =
        javaCommand(
            List.of("-Xmx512m", "-Dai.djl.offline=true", "-XX:TieredStopAtLevel=1"),
            List.of(
                NullGpuMain.class.getName(),
                what,
                device,
                precision,
                CHECKPOINT.toAbsolutePath().normalize().toString(),
                libraries.toString()));
    String name =
        String.join("-", what, device.replace(":", ""), precision)
            + settings.size()
            + settings.getOrDefault("CUDA_VISIBLE_DEVICES", "");
    Output output = run(command, all, libraries.resolveSibling(name + ".log"));
    if (output.status() != 0) {
      throw new AssertionError(what + " on " + device + " in " + precision + ": " + output);
    }
    Map<String, String> values = new LinkedHashMap<>();
    for (String line : output.lines()) {
      if (line.startsWith("> ")) {
        String[] parts = line.split(" ", 3);
        values.put(parts[1], parts[2]);
      }
    }
    return values;
  }

  // ---- Libraries -------------------------------------------------------------------------------

  /** Makes a library for every one of NVIDIA's that the natives are linked with, and the driver. */
  private static void compile(Path natives, Path target) throws Exception {
    Map<String, Set<String>> imports = new TreeMap<>();
    try (Stream<Path> files = Files.list(natives)) {
      for (Path file : files.sorted().toList()) {
        ElfFile library = ElfFile.read(file);
        for (String needed : library.needed()) {
          if (NVIDIA.matcher(needed).matches()) {
            imports
                .computeIfAbsent(needed, key -> new TreeSet<>())
                .addAll(library.importsOf(needed));
          }
        }
      }
    }
    // The others are linked with it.
    library(target, RUNTIME, SOURCES.resolve("runtime.c"), "ABSENT", imports.remove(RUNTIME));
    for (Map.Entry<String, Set<String>> library : imports.entrySet()) {
      library(
          target, library.getKey(), SOURCES.resolve("libraries.c"), "CALLED", library.getValue());
    }
    library(target, "libcuda.so.1", SOURCES.resolve("driver.c"), "CALLED", Set.of());
  }

  private static void library(
      Path target, String soname, Path source, String kind, Set<String> functions)
      throws Exception {
    StringBuilder others = new StringBuilder("#include \"null_gpu.h\"\n");
    functions.forEach(function -> others.append("NULL_GPU_" + kind + "(" + function + ")\n"));
    Path generated = Files.writeString(target.resolve(soname + ".c"), others);
    Path versions =
        Files.writeString(target.resolve(soname + ".map"), soname + " { global: *; };\n");
    List<String> command =
        new ArrayList<>(
            List.of(
                "gcc",
                "-shared",
                "-fPIC",
                "-O1",
                "-fno-builtin",
                "-Wall",
                "-Werror",
                "-Wno-unused-parameter",
                "-I",
                SOURCES.toString(),
                "-Wl,-soname," + soname,
                "-Wl,--version-script=" + versions,
                "-o",
                target.resolve(soname).toString(),
                source.toString(),
                generated.toString()));
    if (!soname.equals(RUNTIME)) {
      command.add(target.resolve(RUNTIME).toString());
    }
    Output output = run(command, Map.of(), target.resolve("gcc.log"));
    if (output.status() != 0) {
      throw new AssertionError(soname + ": " + output);
    }
  }

  // ---- Processes -------------------------------------------------------------------------------

  private record Output(int status, List<String> lines) {}

  private static List<String> javaCommand(List<String> options, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(arguments);
    return command;
  }

  private static Output run(List<String> command, Map<String, String> environment, Path log)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    builder.environment().put("GOMP_SPINCOUNT", "2000");
    Process process = builder.start();
    try {
      if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
        throw new AssertionError(command + " did not end; its log is " + log);
      }
    } finally {
      Process unused = process.destroyForcibly();
    }
    return new Output(process.exitValue(), Files.readAllLines(log, StandardCharsets.UTF_8));
  }

  /** Reads the lines {@code export NAME=VALUE} that a user would give to a shell. */
  private static Map<String, String> environment(Output output, Path libraries) {
    Map<String, String> environment = new HashMap<>();
    for (String line : output.lines()) {
      if (line.startsWith("export ")) {
        String[] parts = line.substring("export ".length()).split("=", 2);
        environment.put(parts[0], parts[1].replaceAll("'|\\$\\{.*}$", ""));
      }
    }
    environment.merge(
        "LD_LIBRARY_PATH",
        libraries.toString(),
        (first, then) -> first + File.pathSeparator + then);
    return environment;
  }
}
