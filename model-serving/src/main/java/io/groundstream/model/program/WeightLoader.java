package io.groundstream.model.program;

import ai.djl.ndarray.types.DataType;
import io.groundstream.model.checkpoint.Checkpoint;
import io.groundstream.model.checkpoint.CheckpointException;
import io.groundstream.model.checkpoint.Kosmos2Config;
import io.groundstream.model.checkpoint.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * Streams a checkpoint's tensors, piece by piece, from their memory-mapped files into the program,
 * which converts them to its dtype. Query, key and value projections are joined as soon as their
 * layer is complete, so that beside the weights themselves there is never more than one layer's
 * attention and one piece.
 */
final class WeightLoader {
  private static final String[] PROJECTIONS = {
    "q_proj.weight", "k_proj.weight", "v_proj.weight", "q_proj.bias", "k_proj.bias", "v_proj.bias"
  };

  private static final int PIECE_ELEMENTS = 1 << 22;

  private final Checkpoint checkpoint;
  private final Kosmos2Program program;

  /** Where bfloat16 is widened: DJL's natives know no array of bfloat16. */
  private final ByteBuffer widened =
      ByteBuffer.allocateDirect(PIECE_ELEMENTS * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);

  private long loadedBytes;

  WeightLoader(Checkpoint checkpoint, Kosmos2Program program) {
    this.checkpoint = checkpoint;
    this.program = program;
  }

  void load(LoadProgress progress) throws CheckpointException {
    Map<String, TensorInfo> remaining = new HashMap<>(checkpoint.tensors());
    progress.onProgress(0, checkpoint.weightBytes());
    Kosmos2Config config = checkpoint.config();
    for (int layer = 0; layer < config.vision().layers(); layer++) {
      loadAttention(
          "vision_model.model.encoder.layers." + layer + ".self_attn.", remaining, progress);
    }
    for (int layer = 0; layer < config.text().layers(); layer++) {
      loadAttention("text_model.model.layers." + layer + ".self_attn.", remaining, progress);
    }
    for (TensorInfo tensor : remaining.values()) {
      load(tensor, progress);
    }
    program.build();
  }

  private void loadAttention(
      String prefix, Map<String, TensorInfo> remaining, LoadProgress progress)
      throws CheckpointException {
    for (String projection : PROJECTIONS) {
      TensorInfo tensor = remaining.remove(prefix + projection);
      if (tensor == null) {
        throw new IllegalStateException(prefix + projection + ": missing after validation");
      }
      load(tensor, progress);
    }
    program.fuse(prefix);
  }

  private void load(TensorInfo tensor, LoadProgress progress) throws CheckpointException {
    program.allocate(tensor.name(), tensor.shape());
    ByteBuffer mapped = checkpoint.map(tensor);
    int elementBytes = tensor.type().byteSize();
    int pieceBytes = PIECE_ELEMENTS * elementBytes;
    for (int at = 0; at < mapped.limit(); at += pieceBytes) {
      int length = Math.min(pieceBytes, mapped.limit() - at);
      ByteBuffer piece = mapped.slice(at, length).order(ByteOrder.LITTLE_ENDIAN);
      long offset = at / elementBytes;
      switch (tensor.type()) {
        case F32 -> program.fill(tensor.name(), offset, piece, DataType.FLOAT32);
        case F16 -> program.fill(tensor.name(), offset, piece, DataType.FLOAT16);
        case BF16 -> program.fill(tensor.name(), offset, widen(piece), DataType.FLOAT32);
      }
      loadedBytes += length;
      progress.onProgress(loadedBytes, checkpoint.weightBytes());
    }
  }

  /** A bfloat16 is the upper half of the float32 of the same value. */
  private ByteBuffer widen(ByteBuffer piece) {
    ShortBuffer halves = piece.asShortBuffer();
    FloatBuffer floats = widened.clear().asFloatBuffer();
    int count = halves.remaining();
    for (int i = 0; i < count; i++) {
      floats.put(i, Float.intBitsToFloat(halves.get(i) << 16));
    }
    return widened.clear().limit(count * Float.BYTES);
  }
}
