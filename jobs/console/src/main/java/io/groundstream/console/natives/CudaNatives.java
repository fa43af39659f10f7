package io.groundstream.console.natives;

import io.groundstream.console.natives.NativeFile.Folder;
import io.groundstream.jobs.terminal.ProgressLine;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A folder with PyTorch's natives for CUDA, as DJL loads them: {@code lib} holds all that DJL is to
 * load and nothing else, {@code support} what these need, and {@code cuda}, where wanted, NVIDIA's
 * libraries.
 */
public final class CudaNatives {
  /** The versions that the files are of, as DJL's variables name them. */
  static final String PYTORCH_VERSION = "2.7.1";

  static final String PYTORCH_FLAVOR = "cu128";
  static final String DJL_VERSION = "0.35.1";

  private static final String LIST = "cuda.list";
  private static final String JNI_RESOURCE =
      "/jnilib/linux-x86_64/" + PYTORCH_FLAVOR + "/libdjl_torch.so";
  private static final String DOWNLOADS = "download";
  private static final String LOCK = "lock";
  private static final String RUNTIME = "libcudart.so.12";
  private static final String DRIVER = "libcuda.so.1";
  private static final int BUFFER_BYTES = 1 << 20;

  private final Path root;
  private final PrintWriter err;

  /**
   * @param root created where it is missing
   * @param err where progress is shown
   */
  public CudaNatives(Path root, PrintWriter err) {
    this.root = root.toAbsolutePath().normalize();
    this.err = err;
  }

  /** Returns the coordinates of the jars that the files come from. */
  public static Set<String> artifacts(boolean withCuda) {
    return files(withCuda).stream()
        .map(NativeFile::artifact)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  static List<NativeFile> files(boolean withCuda) {
    try (InputStream list = CudaNatives.class.getResourceAsStream(LIST)) {
      if (list == null) {
        throw new IllegalStateException(LIST + " is missing (expected: beside its user)");
      }
      return new String(list.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(NativeFile::parse)
          .filter(file -> withCuda || file.folder() != Folder.CUDA)
          .toList();
    } catch (IOException e) {
      throw new IllegalStateException(LIST + " cannot be read", e);
    }
  }

  /**
   * Fetches what is missing or damaged, and leaves the rest as it is.
   *
   * @param path the folders of programs, where Maven is looked for
   * @param withCuda whether NVIDIA's libraries are wanted, too
   * @throws NativesException if something cannot be fetched, or is not what it has to be
   */
  public void install(String path, boolean withCuda)
      throws NativesException, IOException, InterruptedException {
    Files.createDirectories(root);
    try (FileChannel channel =
            FileChannel.open(
                root.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      Map<String, List<NativeFile>> missing = missing(withCuda);
      checkRoom(missing);
      MavenDownload maven = MavenDownload.on(path, err);
      Path downloads = root.resolve(DOWNLOADS);
      for (Map.Entry<String, List<NativeFile>> jar : missing.entrySet()) {
        Path fetched = maven.fetch(jar.getKey(), downloads);
        unpack(fetched, jar.getValue());
        Files.delete(fetched);
      }
      deleteEmpty(downloads);
      copyJni();
    }
  }

  /** Links to the CUDA runtime that PyTorch will use, by the name that DJL looks for. */
  public void linkRuntime(Path runtime) throws IOException {
    Path link = Folder.SUPPORT.in(root).resolve("libcudart.so");
    Files.deleteIfExists(link);
    Files.createSymbolicLink(link, runtime);
  }

  /**
   * Looks whether the dynamic linker of this machine finds all that the natives need.
   *
   * @param libraryPath what the environment variable LD_LIBRARY_PATH is now
   */
  public LinkReport check(String libraryPath) throws IOException, InterruptedException {
    List<Path> folders = new ArrayList<>(searched());
    for (String folder : libraryPath.split(":", -1)) {
      if (!folder.isEmpty() && !folders.contains(Path.of(folder))) {
        folders.add(Path.of(folder));
      }
    }
    try (Stream<Path> loaded = Files.list(Folder.LIB.in(root))) {
      return new DynamicLinker(folders).check(loaded.sorted().toList(), RUNTIME, DRIVER);
    }
  }

  /** Returns the variables that DJL and the dynamic linker need, as lines for a shell. */
  public List<String> exports() {
    String search = searched().stream().map(Path::toString).collect(Collectors.joining(":"));
    return List.of(
        "export PYTORCH_LIBRARY_PATH=" + quoted(Folder.LIB.in(root).toString()),
        "export PYTORCH_VERSION=" + PYTORCH_VERSION,
        "export PYTORCH_FLAVOR=" + PYTORCH_FLAVOR,
        "export LD_LIBRARY_PATH=" + quoted(search) + "${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}",
        // Outside of its offline mode, DJL would look on the network for tokenizers for the GPU.
        "export RUST_FLAVOR=cpu");
  }

  private List<Path> searched() {
    return Stream.of(Folder.SUPPORT, Folder.CUDA)
        .map(folder -> folder.in(root))
        .filter(Files::isDirectory)
        .toList();
  }

  // ---- Files ---------------------------------------------------------------------------------

  /** Returns what is not there as it has to be, by the jar that it comes from. */
  private Map<String, List<NativeFile>> missing(boolean withCuda) throws IOException {
    List<NativeFile> files = files(withCuda);
    long total = files.stream().mapToLong(NativeFile::bytes).sum();
    Map<String, List<NativeFile>> missing = new LinkedHashMap<>();
    ProgressLine progress = new ProgressLine(err, "Checking");
    long done = 0;
    try {
      for (NativeFile file : files) {
        if (!isWhole(file)) {
          missing.computeIfAbsent(file.artifact(), key -> new ArrayList<>()).add(file);
        }
        done += file.bytes();
        progress.update(done, total, gigabytes(done) + " of " + gigabytes(total));
      }
    } finally {
      progress.end();
    }
    return missing;
  }

  private boolean isWhole(NativeFile file) throws IOException {
    Path path = file.in(root);
    if (Files.notExists(path) || Files.size(path) != file.bytes()) {
      return false;
    }
    try (InputStream in = Files.newInputStream(path)) {
      return copy(in, OutputStream.nullOutputStream()).equals(file.sha256());
    }
  }

  private void checkRoom(Map<String, List<NativeFile>> missing)
      throws NativesException, IOException {
    long unpacked =
        missing.values().stream().flatMap(List::stream).mapToLong(NativeFile::bytes).sum();
    // A jar lies beside its files for a moment; it is smaller.
    long needed = 2 * unpacked;
    long free = Files.getFileStore(root).getUsableSpace();
    if (free < needed) {
      throw new NativesException(
          root
              + ": "
              + gigabytes(free)
              + " free (expected: >= "
              + gigabytes(needed)
              + ", and the size of the jars in Maven's local repository)");
    }
  }

  private void unpack(Path jar, List<NativeFile> files) throws NativesException, IOException {
    ProgressLine progress = new ProgressLine(err, "Unpacking " + jar.getFileName());
    long total = files.stream().mapToLong(NativeFile::bytes).sum();
    long done = 0;
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      for (NativeFile file : files) {
        progress.update(done, total, file.name());
        unpack(zip, file);
        done += file.bytes();
      }
    } finally {
      progress.end();
    }
  }

  private void unpack(ZipFile zip, NativeFile file) throws NativesException, IOException {
    ZipEntry entry = zip.getEntry(file.entry());
    if (entry == null) {
      throw new NativesException(
          zip.getName()
              + ": holds no "
              + file.entry()
              + " (expected: the jar of "
              + file.artifact()
              + ")");
    }
    Path target = file.in(root);
    Files.createDirectories(file.folder().in(root));
    // Beside the folders, since DJL loads whatever is in one of them.
    Path part = root.resolve(file.name() + ".part");
    String hash;
    try (InputStream in = zip.getInputStream(entry);
        OutputStream out = Files.newOutputStream(part)) {
      hash = copy(in, out);
    }
    if (!hash.equals(file.sha256())) {
      Files.delete(part);
      throw new NativesException(
          zip.getName()
              + ": "
              + file.entry()
              + " has the SHA-256 "
              + hash
              + " (expected: "
              + file.sha256()
              + "). Delete the jar here and in Maven's local repository, and run this command"
              + " again.");
    }
    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** DJL looks for its own part here first, and then needs no folder to write it into. */
  private void copyJni() throws IOException {
    Path target = Folder.LIB.in(root).resolve(DJL_VERSION + "-libdjl_torch.so");
    try (InputStream in = CudaNatives.class.getResourceAsStream(JNI_RESOURCE)) {
      if (in == null) {
        throw new NoSuchFileException("class path:" + JNI_RESOURCE);
      }
      Path part = root.resolve(target.getFileName() + ".part");
      Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static void deleteEmpty(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      try (Stream<Path> inside = Files.list(folder)) {
        if (inside.findAny().isPresent()) {
          return;
        }
      }
      Files.delete(folder);
    }
  }

  /** Copies, and returns the SHA-256 of what was copied. */
  private static String copy(InputStream in, OutputStream out) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
    byte[] buffer = new byte[BUFFER_BYTES];
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      digest.update(buffer, 0, read);
      out.write(buffer, 0, read);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static String quoted(String path) {
    return "'" + path.replace("'", "'\\''") + "'";
  }

  private static String gigabytes(long bytes) {
    return String.format(Locale.ROOT, "%.2f GB", bytes / 1e9);
  }
}
