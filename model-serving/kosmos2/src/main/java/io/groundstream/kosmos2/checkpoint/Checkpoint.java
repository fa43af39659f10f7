package io.groundstream.kosmos2.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A validated Kosmos-2 checkpoint in Hugging Face's layout: every tensor that the network needs is
 * present with the shape that the configuration requires, and the file sizes match their headers.
 * The values of the tensors are not checked.
 *
 * <pre>{@code
 * Checkpoint checkpoint = Checkpoint.open(Path.of("kosmos-2-patch14-224"));
 * for (TensorInfo tensor : checkpoint.tensors().values()) {
 *   ByteBuffer elements = checkpoint.map(tensor);
 * }
 * }</pre>
 *
 * <p>Thread-safe; keeps no file open. The files must not be truncated while the checkpoint is in
 * use: reading a mapping beyond the end of its file is a JVM error.
 */
public final class Checkpoint {
  private static final String TOKENIZER_FILE_NAME = "tokenizer.json";
  private static final int HASH_BUFFER_BYTES = 1 << 20;

  private final Path directory;
  private final Kosmos2Config config;
  private final ImageProcessing imageProcessing;
  private final Path tokenizerFile;
  private final WeightFiles weights;
  private final Map<String, TensorInfo> tensors;
  private final @Nullable Adapter adapter;

  private final Object revisionLock = new Object();
  private @Nullable String revision;

  private Checkpoint(
      Path directory,
      Kosmos2Config config,
      ImageProcessing imageProcessing,
      Path tokenizerFile,
      WeightFiles weights,
      Map<String, TensorInfo> tensors,
      @Nullable Adapter adapter) {
    this.directory = directory;
    this.config = config;
    this.imageProcessing = imageProcessing;
    this.tokenizerFile = tokenizerFile;
    this.weights = weights;
    this.tensors = tensors;
    this.adapter = adapter;
  }

  /**
   * Opens the checkpoint in {@code directory}, with the adapter in it if there is one; see {@link
   * #open(Path, Path)}.
   */
  public static Checkpoint open(Path directory) throws CheckpointException {
    return open(directory, /* adapter= */ null);
  }

  /**
   * Opens the checkpoint in {@code directory}, and a LoRA adapter for it.
   *
   * @param adapter the directory of the adapter; null for the adapter in {@code directory} if it
   *     contains one. A directory that contains an adapter and no weights stands for the checkpoint
   *     that the adapter names as its base, if that is a directory.
   * @throws CheckpointException if a required part is missing, damaged, of another architecture or
   *     inconsistent with the rest
   */
  public static Checkpoint open(Path directory, @Nullable Path adapter) throws CheckpointException {
    Checkpoint checkpoint = openNetwork(directory, adapter);
    if (!Files.isRegularFile(checkpoint.tokenizerFile)) {
      throw new CheckpointException(
          "%s: missing (expected: the tokenizer of the checkpoint)"
              .formatted(checkpoint.tokenizerFile));
    }
    return checkpoint;
  }

  /**
   * Opens the checkpoint in {@code directory} for its network alone; the tokenizer may be missing.
   *
   * @throws CheckpointException under the conditions of {@link #open}
   */
  public static Checkpoint openNetwork(Path directory) throws CheckpointException {
    return openNetwork(directory, /* adapter= */ null);
  }

  /**
   * Opens the checkpoint in {@code directory} for its network alone, with an adapter.
   *
   * @param adapter as for {@link #open(Path, Path)}
   * @throws CheckpointException under the conditions of {@link #open}
   */
  public static Checkpoint openNetwork(Path directory, @Nullable Path adapter)
      throws CheckpointException {
    AdapterLocation location = AdapterLocation.find(directory, adapter);
    return openAt(location);
  }

  private static Checkpoint openAt(AdapterLocation location) throws CheckpointException {
    Path directory = location.base();
    if (!Files.isDirectory(directory)) {
      OtherLayouts.refuseFile(directory);
      throw new CheckpointException(
          "%s: no such directory (expected: a Kosmos-2 checkpoint with %s)"
              .formatted(directory, ConfigReader.FILE_NAME));
    }
    OtherLayouts.refuse(directory);
    Kosmos2Config config = ConfigReader.read(directory);
    ImageProcessing imageProcessing =
        ImageProcessingReader.read(directory, config.vision().imageSize());
    Path tokenizerFile = directory.resolve(TOKENIZER_FILE_NAME);
    WeightFiles weights = WeightFiles.open(directory);
    TensorSelection selection = TensorSelection.select(directory, config, weights);
    Map<String, TensorInfo> tensors = new LinkedHashMap<>(selection.tensors());
    Adapter adapter = null;
    if (location.adapter() != null) {
      adapter = Adapter.open(location.adapter(), tensors, selection.config().tieWordEmbeddings());
      tensors.putAll(adapter.replaced());
    }
    return new Checkpoint(
        directory,
        selection.config(),
        imageProcessing,
        tokenizerFile,
        weights,
        Collections.unmodifiableMap(tensors),
        adapter);
  }

  /** Returns the directory of the configuration and the weights. */
  public Path directory() {
    return directory;
  }

  /** Returns the directory of the adapter that is merged into the weights, or null. */
  public @Nullable Path adapter() {
    return adapter == null ? null : adapter.directory();
  }

  /** Returns how many weights the adapter changes or replaces. */
  public int adaptedCount() {
    return adapter == null ? 0 : adapter.updateCount() + adapter.replaced().size();
  }

  public Kosmos2Config config() {
    return config;
  }

  public ImageProcessing imageProcessing() {
    return imageProcessing;
  }

  /** Returns the path of tokenizer.json, which exists unless only the network was opened. */
  public Path tokenizerFile() {
    return tokenizerFile;
  }

  /**
   * Returns the generation settings in the files that are not followed, one sentence each.
   *
   * @throws CheckpointException if the files are not valid JSON
   */
  public List<String> remarks() throws CheckpointException {
    return GenerationRemarks.read(directory, config.text().eosTokenId());
  }

  /**
   * Returns {@code no_repeat_ngram_size} of {@code generation_config.json}; 0 if it is not set.
   *
   * @throws CheckpointException if the file is not valid JSON, or the value is not valid
   */
  public int noRepeatNgramSize() throws CheckpointException {
    return GenerationRemarks.noRepeatNgramSize(directory);
  }

  /**
   * Returns exactly the tensors that the network needs, by canonical name, in order of computation.
   * They include {@code text_model.lm_head.weight} only in an untied checkpoint. What an adapter
   * adds to them is not in them; see {@link #update}.
   */
  public Map<String, TensorInfo> tensors() {
    return tensors;
  }

  /** Returns the total size of {@link #tensors()} in the files, in bytes. */
  public long weightBytes() {
    return tensors.values().stream().mapToLong(TensorInfo::byteCount).sum();
  }

  /**
   * Maps one tensor into memory, as a direct, read-only, little-endian buffer from position 0 to
   * the tensor's size in bytes. The mapping lives as long as the buffer is reachable.
   */
  public ByteBuffer map(TensorInfo tensor) throws CheckpointException {
    return TensorMapping.map(tensor.file(), tensor.offset(), tensor.byteCount());
  }

  /** Reads what the adapter adds to a tensor; returns null if nothing is added. */
  public @Nullable LowRankUpdate update(TensorInfo tensor) throws CheckpointException {
    return adapter == null ? null : adapter.update(tensor.name());
  }

  /** Opens one tensor for reading piece by piece, which takes no memory beyond the pieces. */
  public TensorReader reader(TensorInfo tensor) throws CheckpointException {
    return TensorReader.open(tensor);
  }

  /**
   * Returns {@code sha256:} followed by the digest of the weight files, concatenated in order of
   * their names; for a single file it equals the output of {@code sha256sum}. The configuration and
   * weights of an adapter follow them. The first call reads all files.
   */
  public String revision() throws CheckpointException {
    synchronized (revisionLock) {
      if (revision == null) {
        List<Path> files = new ArrayList<>(weights.files());
        if (adapter != null) {
          files.addAll(adapter.files());
        }
        revision = "sha256:" + digest(files);
      }
      return revision;
    }
  }

  private static String digest(List<Path> files) throws CheckpointException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
    byte[] buffer = new byte[HASH_BUFFER_BYTES];
    for (Path file : files) {
      try (InputStream in = Files.newInputStream(file)) {
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
          digest.update(buffer, 0, count);
        }
      } catch (IOException e) {
        throw new CheckpointException("%s: cannot be read: %s".formatted(file, e), e);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
