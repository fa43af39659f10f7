package io.groundstream.operators.archive.plan;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apiguardian.api.API;

/**
 * Serialises splits for checkpoints. Names are written as the difference from the previous one, so
 * that a million files take some megabytes. Thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class ArchiveSplitSerializer implements SimpleVersionedSerializer<ArchiveSplit> {
  private static final int VERSION = 2;

  /** The version of the first release, whose parts did not look back. */
  private static final int FIRST_VERSION = 1;

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public byte[] serialize(ArchiveSplit split) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64 + 32 * split.parts().size());
    out.writeUTF(split.splitId());
    out.writeInt(split.current());
    out.writeLong(split.position().offset());
    out.writeLong(split.position().entries());
    out.writeInt(split.position().emitted());
    out.writeInt(split.parts().size());
    byte[] lastPath = new byte[0];
    long lastTime = 0;
    for (UnitPart part : split.parts()) {
      ArchiveUnit unit = part.unit();
      byte[] path = unit.path().getBytes(StandardCharsets.UTF_8);
      byte[] name = unit.name().getBytes(StandardCharsets.UTF_8);
      int same = common(lastPath, path);
      number(out, same);
      number(out, path.length - same);
      out.write(path, same, path.length - same);
      lastPath = path;
      // The path nearly always ends with the name.
      boolean isEnd = endsWith(path, name);
      out.writeBoolean(isEnd);
      number(out, name.length);
      if (!isEnd) {
        out.write(name);
      }
      out.writeByte(unit.format().code());
      number(out, unit.length());
      number(out, zigzag(unit.modificationTime() - lastTime));
      lastTime = unit.modificationTime();
      out.writeBoolean(unit.keepsSuffix());
      out.writeBoolean(part.cut());
      if (part.cut()) {
        out.writeLong(part.start());
        out.writeLong(part.end());
        out.writeInt(part.entriesBefore());
        out.writeInt(part.duplicates().size());
        for (long duplicate : part.duplicates()) {
          out.writeLong(duplicate);
        }
        out.writeLong(part.lookBack());
        out.writeInt(part.entriesBeforeLookBack());
      }
    }
    return out.getCopyOfBuffer();
  }

  @Override
  public ArchiveSplit deserialize(int version, byte[] bytes) throws IOException {
    if (version != VERSION && version != FIRST_VERSION) {
      throw new IOException(
          "version of an archive split: " + version + " (expected: " + VERSION + ")");
    }
    DataInputDeserializer in = new DataInputDeserializer(bytes);
    String id = in.readUTF();
    int current = in.readInt();
    PartPosition position = new PartPosition(in.readLong(), in.readLong(), in.readInt());
    int count = in.readInt();
    List<UnitPart> parts = new ArrayList<>(count);
    byte[] lastPath = new byte[0];
    long lastTime = 0;
    for (int i = 0; i < count; i++) {
      int same = (int) number(in);
      byte[] path = new byte[same + (int) number(in)];
      System.arraycopy(lastPath, 0, path, 0, same);
      in.readFully(path, same, path.length - same);
      lastPath = path;
      boolean isEnd = in.readBoolean();
      int nameLength = (int) number(in);
      byte[] name = path;
      if (!isEnd) {
        name = new byte[nameLength];
        in.readFully(name);
      }
      UnitFormat format = UnitFormat.ofCode(in.readByte());
      long length = number(in);
      lastTime += unzigzag(number(in));
      ArchiveUnit unit =
          new ArchiveUnit(
              new String(name, name.length - nameLength, nameLength, StandardCharsets.UTF_8),
              new String(path, StandardCharsets.UTF_8),
              format,
              length,
              lastTime,
              in.readBoolean());
      parts.add(in.readBoolean() ? cut(unit, in, version) : UnitPart.whole(unit));
    }
    return new ArchiveSplit(id, parts, current, position);
  }

  private static UnitPart cut(ArchiveUnit unit, DataInputDeserializer in, int version)
      throws IOException {
    long start = in.readLong();
    long end = in.readLong();
    int entriesBefore = in.readInt();
    int count = in.readInt();
    List<Long> duplicates = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      duplicates.add(in.readLong());
    }
    return version == FIRST_VERSION
        ? new UnitPart(unit, start, end, entriesBefore, duplicates, true)
        : new UnitPart(
            unit, start, end, entriesBefore, duplicates, true, in.readLong(), in.readInt());
  }

  private static int common(byte[] left, byte[] right) {
    int most = Math.min(left.length, right.length);
    int same = 0;
    while (same < most && left[same] == right[same]) {
      same++;
    }
    return same;
  }

  private static boolean endsWith(byte[] path, byte[] name) {
    int start = path.length - name.length;
    if (start < 0) {
      return false;
    }
    for (int i = 0; i < name.length; i++) {
      if (path[start + i] != name[i]) {
        return false;
      }
    }
    return true;
  }

  /** Writes seven bits per byte, the lowest first. */
  private static void number(DataOutputSerializer out, long value) throws IOException {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.writeByte((int) (rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.writeByte((int) rest);
  }

  private static long number(DataInputDeserializer in) throws IOException {
    long value = 0;
    int shift = 0;
    while (true) {
      byte next = in.readByte();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
      shift += 7;
    }
  }

  private static long zigzag(long value) {
    return value << 1 ^ value >> 63;
  }

  private static long unzigzag(long value) {
    return value >>> 1 ^ -(value & 1);
  }
}
