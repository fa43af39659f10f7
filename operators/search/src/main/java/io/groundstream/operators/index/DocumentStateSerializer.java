package io.groundstream.operators.index;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.flink.connector.base.sink.writer.AsyncSinkWriterStateSerializer;

/** Writes the documents that wait for a bulk request into checkpoints. */
final class DocumentStateSerializer extends AsyncSinkWriterStateSerializer<IndexDocument> {
  /** That of the first release, whose documents could not be deleted. */
  private static final int WITHOUT_DELETION = 1;

  private static final int VERSION = 2;

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  protected void serializeRequestToStream(IndexDocument document, DataOutputStream out)
      throws IOException {
    // Each entry has its version, as the base class passes none when reading.
    out.writeInt(VERSION);
    writeText(out, document.id);
    out.writeLong(document.version);
    writeText(out, document.imageId);
    writeText(out, document.eventId);
    writeText(out, document.originSystem);
    writeText(out, document.originName);
    writeText(out, document.originPosition);
    writeText(out, document.modelName);
    writeText(out, document.modelRevision);
    writeText(out, document.modelDtype);
    out.writeBoolean(document.deleted);
    out.writeInt(document.source.length);
    out.write(document.source);
  }

  @Override
  protected IndexDocument deserializeRequestFromStream(long requestSize, DataInputStream in)
      throws IOException {
    int version = in.readInt();
    if (version != VERSION && version != WITHOUT_DELETION) {
      throw new IOException(
          "version of a document: " + version + " (expected: at most " + VERSION + ")");
    }
    IndexDocument document = new IndexDocument();
    document.id = readText(in);
    document.version = in.readLong();
    document.imageId = readText(in);
    document.eventId = readText(in);
    document.originSystem = readText(in);
    document.originName = readText(in);
    document.originPosition = readText(in);
    document.modelName = readText(in);
    document.modelRevision = readText(in);
    document.modelDtype = readText(in);
    document.deleted = version != WITHOUT_DELETION && in.readBoolean();
    document.source = in.readNBytes(in.readInt());
    return document;
  }

  /** Writes a text of any length, which Java's own method does not. */
  static void writeText(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  static String readText(DataInputStream in) throws IOException {
    return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
  }
}
