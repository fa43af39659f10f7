package io.groundstream.kosmos2.program;

import io.groundstream.kosmos2.checkpoint.Activation;
import io.groundstream.kosmos2.checkpoint.Kosmos2Config;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes a TorchScript archive without PyTorch. It consists of the program's source text, which
 * ships as a resource, and a pickle of the module's attributes, which come from the checkpoint's
 * configuration. The archive contains no weights, which are copied into the loaded module one by
 * one.
 *
 * <p>The format is that of {@code torch.jit.save}: a zip of {@code code/__torch__.py}, {@code
 * data.pkl}, {@code constants.pkl}, {@code version} and {@code byteorder} under one folder. The
 * pickle uses protocol 2 and the few opcodes named below.
 */
final class ProgramArchive {
  private static final String SOURCE = "kosmos2.torchscript";
  private static final String FOLDER = "kosmos2/";

  /** The first file-format version whose {@code gelu} has the argument {@code approximate}. */
  private static final String FORMAT_VERSION = "10\n";

  /** The program's activation code for quick_gelu with its input scaled by the slope. */
  private static final int SWISH = 4;

  /**
   * The number of images encoded at once on a GPU: fewer leave most of it idle, and more gain
   * nothing and use more memory.
   */
  private static final int GPU_CHUNK = 32;

  /**
   * The number of patches encoded at once on a CPU: the measured optimum, above which caches
   * overflow.
   */
  private static final int CHUNK_POSITIONS = 1100;

  /**
   * The number of vocabulary tokens whose logits are computed at once on a CPU. The logits of all
   * tokens would need fresh memory in every step, whose pages the kernel would have to map first.
   */
  private static final int HEAD_ROWS = 16384;

  /**
   * The most float32 numbers of keys and values that a step on a CPU attends to at once, 4 MB, so
   * that they stay in the processor's cache. Rows that attend separately also read no more keys
   * than the longest of them has.
   */
  private static final int STEP_NUMBERS = 1 << 20;

  private static final double QUICK_GELU_SLOPE = 1.702;

  private ProgramArchive() {}

  /**
   * Returns the bytes of the archive for a network of the given shape.
   *
   * @param arithmetic the number formats
   * @param deviceName PyTorch's name of the device for the weights: {@code cpu}, {@code cuda:0}
   */
  static byte[] write(Kosmos2Config config, Arithmetic arithmetic, String deviceName) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      add(zip, "data.pkl", pickle(attributes(config, arithmetic, deviceName)));
      add(zip, "code/__torch__.py", source());
      // An empty tuple: the program has no tensor constants.
      add(zip, "constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
      add(zip, "version", FORMAT_VERSION.getBytes(StandardCharsets.US_ASCII));
      add(zip, "byteorder", "little".getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static Map<String, Object> attributes(
      Kosmos2Config config, Arithmetic arithmetic, String deviceName) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("v_layers", config.vision().layers());
    values.put("v_heads", config.vision().heads());
    values.put("v_patch", config.vision().patchSize());
    boolean swish = arithmetic.packed() && config.vision().activation() == Activation.QUICK_GELU;
    values.put("v_activation", swish ? SWISH : activationCode(config.vision().activation()));
    values.put("v_act_scale", swish ? QUICK_GELU_SLOPE : 1.0);
    values.put(
        "v_chunk",
        arithmetic.forGpu()
            ? GPU_CHUNK
            : Math.max(1, CHUNK_POSITIONS / config.vision().positions()));
    values.put("v_eps", config.vision().layerNormEps());
    values.put("t_layers", config.text().layers());
    values.put("t_heads", config.text().heads());
    values.put("t_activation", activationCode(config.text().activation()));
    values.put("t_eps", config.text().layerNormEps());
    values.put(
        "embed_scale", config.text().scaleEmbedding() ? Math.sqrt(config.text().embedDim()) : 1.0);
    values.put("pad", config.text().padTokenId());
    values.put("max_positions", config.text().maxPositions());
    values.put("head_rows", arithmetic.packed() ? HEAD_ROWS : Integer.MAX_VALUE);
    values.put("dtype_code", arithmetic.matrices());
    values.put("stream_code", arithmetic.stream());
    values.put("packed", arithmetic.packed());
    values.put("for_gpu", arithmetic.forGpu());
    boolean half = arithmetic.matrices() != arithmetic.stream();
    values.put("widened", arithmetic.widened());
    // Groups keep what a step reads or writes in float32 in the cache; in half precision, they only
    // make the calls smaller.
    values.put("step_numbers", half && !arithmetic.widened() ? Integer.MAX_VALUE : STEP_NUMBERS);
    values.put("ready", 0); // set by reshape
    values.put("device_name", deviceName);
    return values;
  }

  /** Returns the code of an activation in the program's {@code activate}. */
  private static int activationCode(Activation activation) {
    return switch (activation) {
      case GELU -> 0;
      case QUICK_GELU -> 1;
      case GELU_TANH -> 2;
      case RELU -> 3;
    };
  }

  private static byte[] pickle(Map<String, Object> attributes) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(new byte[] {(byte) 0x80, 2}); // PROTO 2
    out.writeBytes("c__torch__\nKosmos2\n"); // GLOBAL: the module's class
    out.writeBytes(")\u0081}("); // EMPTY_TUPLE NEWOBJ EMPTY_DICT MARK
    writeString(out, "training");
    out.writeByte(0x89); // NEWFALSE
    writeString(out, "_is_full_backward_hook");
    out.writeByte('N'); // NONE
    for (Map.Entry<String, Object> attribute : attributes.entrySet()) {
      writeString(out, attribute.getKey());
      writeValue(out, attribute.getValue());
    }
    // An empty dictionary loses its type unless it is tagged.
    writeString(out, "w");
    out.writeBytes("ctorch.jit._pickle\nrestore_type_tag\n}");
    writeString(out, "Dict[str, Tensor]");
    out.writeBytes("\u0086R"); // TUPLE2 REDUCE
    for (String list : List.of("v", "t", "storage", "kv", "heads")) {
      writeString(out, list);
      out.writeBytes("ctorch.jit._pickle\nbuild_tensorlist\n(]tR");
    }
    writeString(out, "running");
    out.writeBytes("ctorch.jit._pickle\nrestore_type_tag\n]");
    writeString(out, "List[Future[Tensor]]");
    out.writeBytes("\u0086R");
    out.writeBytes("ub."); // SETITEMS BUILD STOP
    return bytes.toByteArray();
  }

  private static void writeValue(DataOutputStream out, Object value) throws IOException {
    if (value instanceof Boolean flag) {
      out.writeByte(flag ? 0x88 : 0x89); // NEWTRUE, NEWFALSE
    } else if (value instanceof Integer number) {
      out.writeByte('J'); // BININT, little-endian
      out.writeInt(Integer.reverseBytes(number));
    } else if (value instanceof Double number) {
      out.writeByte('G'); // BINFLOAT, big-endian
      out.writeDouble(number);
    } else {
      writeString(out, value.toString());
    }
  }

  private static void writeString(DataOutputStream out, String value) throws IOException {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    out.writeByte('X'); // BINUNICODE
    out.writeInt(Integer.reverseBytes(utf8.length));
    out.write(utf8);
  }

  private static byte[] source() throws IOException {
    try (InputStream in = ProgramArchive.class.getResourceAsStream(SOURCE)) {
      if (in == null) {
        throw new IOException(SOURCE + ": not found beside " + ProgramArchive.class.getName());
      }
      return in.readAllBytes();
    }
  }

  /** Adds an entry, stored without compression as PyTorch's reader requires. */
  private static void add(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 checksum = new CRC32();
    checksum.update(content);
    ZipEntry entry = new ZipEntry(FOLDER + name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(checksum.getValue());
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
