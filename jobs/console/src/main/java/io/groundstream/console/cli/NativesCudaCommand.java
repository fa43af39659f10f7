package io.groundstream.console.cli;

import io.groundstream.console.natives.CudaNatives;
import io.groundstream.console.natives.LinkReport;
import io.groundstream.console.natives.NativesException;
import io.groundstream.jobs.cli.CommandException;
import io.groundstream.jobs.cli.ExitCodes;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Fetches PyTorch's natives for CUDA, checks them, and prints the environment to use them. */
@Command(
    name = "cuda",
    mixinStandardHelpOptions = true,
    description = {
      "Fetch the CUDA build of PyTorch 2.7.1 from Maven Central, check whether this machine can"
          + " load it, and print the environment to start Groundstream or Flink with.",
      "",
      "Maven (mvn on PATH) fetches the jars, so mirrors, proxies and logins are those of its"
          + " settings. The files are checked against SHA-256 sums that come with Groundstream."
          + " Running the command again checks them again and fetches what is missing.",
      "",
      "The first run fetches 640 MB and unpacks 1.2 GB. With --with-cuda it fetches 2.4 GB more"
          + " and unpacks 2.3 GB more.",
      ""
    },
    footer = {
      "",
      "Needed besides, on the machine with the GPU:",
      "  NVIDIA's driver for CUDA 12 (525 or newer; nvidia-smi must work)",
      "  glibc 2.35 and libstdc++ 3.4.30 or newer (Ubuntu 22.04, Debian 12)",
      "  these libraries of CUDA 12 and cuDNN 9, with NVIDIA's packages for Debian and Ubuntu:",
      "    libcudart.so.12                     cuda-cudart-12-9",
      "    libcublas.so.12, libcublasLt.so.12  libcublas-12-9",
      "    libcusparse.so.12                   libcusparse-12-9",
      "    libnvJitLink.so.12                  libnvjitlink-12-9",
      "    libcufft.so.11                      libcufft-12-9",
      "    libcurand.so.10                     libcurand-12-9",
      "    libcufile.so.0                      libcufile-12-9",
      "    libcupti.so.12                      cuda-cupti-12-9",
      "    libcudnn.so.9                       libcudnn9-cuda-12",
      "  The images nvidia/cuda:12.9.1-cudnn-runtime-ubuntu… have most of them. --with-cuda takes"
          + " them from Maven Central: the runtime of CUDA 12.9, cuBLAS and cuSPARSE of 12.6, and"
          + " cuDNN 9.5.",
      "",
      "The kernels are for compute capabilities 5.0 to 9.0 (Maxwell to Hopper).",
      "",
      "Examples:",
      "  eval \"$(groundstream natives cuda)\"",
      "  groundstream infer --device gpu:0 --dtype bfloat16 image.jpg",
      "  groundstream natives cuda --to /opt/groundstream/cuda --with-cuda > cuda.env",
      "Exit codes: 0 everything is there, and standard output has the environment; 2 wrong usage;"
          + " 3 something cannot be fetched, or the machine lacks a library."
    })
final class NativesCudaCommand implements Callable<Integer> {
  /** NVIDIA's packages for Debian and Ubuntu, by the library. */
  private static final Map<String, String> PACKAGES =
      Map.of(
          "libcudart.so.12", "cuda-cudart-12-9",
          "libcublas.so.12", "libcublas-12-9",
          "libcublasLt.so.12", "libcublas-12-9",
          "libcusparse.so.12", "libcusparse-12-9",
          "libnvJitLink.so.12", "libnvjitlink-12-9",
          "libcufft.so.11", "libcufft-12-9",
          "libcurand.so.10", "libcurand-12-9",
          "libcufile.so.0", "libcufile-12-9",
          "libcupti.so.12", "cuda-cupti-12-9",
          "libcudnn.so.9", "libcudnn9-cuda-12");

  @Spec private CommandSpec spec;

  @Option(
      names = "--to",
      paramLabel = "DIR",
      description =
          "The folder for the natives (default: groundstream/cuda in $XDG_CACHE_HOME or ~/.cache).")
  private @Nullable Path folder;

  @Option(
      names = "--with-cuda",
      description =
          "Fetch NVIDIA's libraries, too, for a machine that has the driver and no installation of"
              + " CUDA 12. They are under NVIDIA's licence.")
  private boolean withCuda;

  @Override
  public Integer call() throws CommandException, InterruptedException {
    checkPlatform();
    PrintWriter err = spec.commandLine().getErr();
    Path to = folder == null ? cacheFolder() : folder;
    CudaNatives natives = new CudaNatives(to, err);
    LinkReport report;
    try {
      natives.install(environment("PATH"), withCuda);
      report = natives.check(environment("LD_LIBRARY_PATH"));
      if (!report.complete()) {
        throw new CommandException(explanation(report));
      }
      natives.linkRuntime(Objects.requireNonNull(report.runtime()));
    } catch (NativesException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new CommandException(to + ": " + e, e);
    }
    report.found().forEach((name, path) -> tellOfCuda(err, name, path));
    if (report.driver() == null) {
      err.println(
          "note: this machine has no libcuda.so.1, which comes with NVIDIA's driver; a machine"
              + " that is to use its GPU needs it");
    }
    err.flush();
    natives.exports().forEach(spec.commandLine().getOut()::println);
    spec.commandLine().getOut().flush();
    return ExitCodes.OK;
  }

  private static void checkPlatform() throws CommandException {
    String platform = System.getProperty("os.name") + " on " + System.getProperty("os.arch");
    if (!platform.equals("Linux on amd64")) {
      throw new CommandException(
          platform + " (expected: Linux on amd64, which the natives are for)");
    }
  }

  private static void tellOfCuda(PrintWriter err, String name, Path path) {
    if (PACKAGES.containsKey(name)) {
      err.println("  " + name + " is " + path);
    }
  }

  private static String explanation(LinkReport report) {
    StringBuilder text =
        new StringBuilder("The natives are there, but this machine cannot load them:");
    report
        .missing()
        .forEach(
            (name, users) ->
                text.append(
                    String.format(
                        "%n  %-18s is missing (%s); NVIDIA's package: %s",
                        name, String.join(", ", users), PACKAGES.getOrDefault(name, "none"))));
    report.unsuitable().forEach(sentence -> text.append(String.format("%n  %s", sentence)));
    if (report.missing().keySet().stream().anyMatch(PACKAGES::containsKey)) {
      text.append(
          String.format(
              "%nInstall CUDA 12 and cuDNN 9 by NVIDIA's packages, start from an image such as"
                  + " nvidia/cuda:12.9.1-cudnn-runtime-ubuntu22.04, name their folder in"
                  + " LD_LIBRARY_PATH, or run this command with --with-cuda, which fetches them"
                  + " from Maven Central (2.4 GB)."));
    }
    return text.toString();
  }

  private static Path cacheFolder() {
    String cache = environment("XDG_CACHE_HOME");
    Path base =
        cache.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(cache);
    return base.resolve(Path.of("groundstream", "cuda"));
  }

  private static String environment(String variable) {
    return System.getenv().getOrDefault(variable, "");
  }
}
