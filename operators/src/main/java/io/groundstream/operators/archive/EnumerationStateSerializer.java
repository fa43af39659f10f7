package io.groundstream.operators.archive;

import io.groundstream.operators.archive.EnumerationState.Totals;
import io.groundstream.operators.archive.plan.ArchiveSplitSerializer;
import io.groundstream.operators.archive.plan.WalkCursor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/** Serialises enumerations for checkpoints. Thread-safe. */
final class EnumerationStateSerializer implements SimpleVersionedSerializer<EnumerationState> {
  private static final int VERSION = 2;

  /** The version of the first release; its pending splits are of their first version, too. */
  private static final int FIRST_VERSION = 1;

  private static final ArchiveSplitSerializer SPLITS = new ArchiveSplitSerializer();

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public byte[] serialize(EnumerationState state) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(1024);
    out.writeBoolean(state.complete());
    WalkCursor cursor = state.cursor();
    out.writeBoolean(cursor != null);
    if (cursor != null) {
      out.writeInt(cursor.pathIndex());
      bytes(out, cursor.name().getBytes(StandardCharsets.UTF_8));
    }
    Totals totals = state.totals();
    out.writeLong(totals.splits());
    out.writeLong(totals.units());
    out.writeLong(totals.bytes());
    out.writeLong(totals.finishedUnits());
    out.writeLong(totals.ignoredFiles());
    out.writeInt(state.pending().size());
    for (byte[] split : state.pending()) {
      bytes(out, split);
    }
    return out.getCopyOfBuffer();
  }

  @Override
  public EnumerationState deserialize(int version, byte[] serialized) throws IOException {
    if (version != VERSION && version != FIRST_VERSION) {
      throw new IOException(
          "version of an archive's enumeration: " + version + " (expected: " + VERSION + ")");
    }
    DataInputDeserializer in = new DataInputDeserializer(serialized);
    boolean complete = in.readBoolean();
    WalkCursor cursor =
        in.readBoolean()
            ? new WalkCursor(in.readInt(), new String(bytes(in), StandardCharsets.UTF_8))
            : null;
    Totals totals =
        new Totals(in.readLong(), in.readLong(), in.readLong(), in.readLong(), in.readLong());
    int count = in.readInt();
    List<byte[]> pending = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      byte[] split = bytes(in);
      pending.add(
          version == FIRST_VERSION
              ? SPLITS.serialize(SPLITS.deserialize(FIRST_VERSION, split))
              : split);
    }
    return new EnumerationState(pending, cursor, complete, totals);
  }

  private static void bytes(DataOutputSerializer out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static byte[] bytes(DataInputDeserializer in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return bytes;
  }
}
