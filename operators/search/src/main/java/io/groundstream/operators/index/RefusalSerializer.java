package io.groundstream.operators.index;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** Writes refusals into checkpoints. */
final class RefusalSerializer implements SimpleVersionedSerializer<Refusal> {
  private static final int VERSION = 1;

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public byte[] serialize(Refusal refusal) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      for (String text :
          new String[] {
            refusal.code,
            refusal.message,
            refusal.imageId,
            refusal.eventId,
            refusal.requestId,
            refusal.originSystem,
            refusal.originName,
            refusal.originPosition,
            refusal.modelName,
            refusal.modelRevision,
            refusal.modelDtype
          }) {
        DocumentStateSerializer.writeText(out, text);
      }
      out.writeLong(refusal.time);
    }
    return bytes.toByteArray();
  }

  @Override
  public Refusal deserialize(int version, byte[] serialized) throws IOException {
    if (version != VERSION) {
      throw new IOException("version of a refusal: " + version + " (expected: " + VERSION + ")");
    }
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(serialized))) {
      Refusal refusal = new Refusal();
      refusal.code = DocumentStateSerializer.readText(in);
      refusal.message = DocumentStateSerializer.readText(in);
      refusal.imageId = DocumentStateSerializer.readText(in);
      refusal.eventId = DocumentStateSerializer.readText(in);
      refusal.requestId = DocumentStateSerializer.readText(in);
      refusal.originSystem = DocumentStateSerializer.readText(in);
      refusal.originName = DocumentStateSerializer.readText(in);
      refusal.originPosition = DocumentStateSerializer.readText(in);
      refusal.modelName = DocumentStateSerializer.readText(in);
      refusal.modelRevision = DocumentStateSerializer.readText(in);
      refusal.modelDtype = DocumentStateSerializer.readText(in);
      refusal.time = in.readLong();
      return refusal;
    }
  }
}
