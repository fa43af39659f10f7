package io.groundstream.images;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;

/** The main class of a process whose first byte of an image selects how it misbehaves. */
final class FakeHeifWorker {
  static final byte GOOD = 'g';
  static final byte CRASH = 'c';
  static final byte HANG = 'h';
  static final byte MEMORY = 'm';
  static final byte GARBAGE = 'x';
  static final byte LARGE = 'l';
  static final byte NEGATIVE = 'n';
  static final byte ALPHA = 'a';
  static final byte SHORT = 's';
  static final byte LONG = 'o';
  static final byte ENVIRONMENT = 'e';

  private FakeHeifWorker() {}

  public static void main(String[] arguments) throws IOException {
    DataInputStream in = new DataInputStream(System.in);
    DataOutputStream out = new DataOutputStream(System.out);
    out.writeInt(HeifProtocol.HELLO);
    out.writeUTF(arguments[0]);
    out.writeUTF("");
    out.flush();
    int magic = in.read();
    while (magic >= 0) {
      in.skipNBytes(3 + 3 + 8 + 8);
      byte[] bytes = new byte[in.readInt()];
      in.readFully(bytes);
      answer(bytes[0], out);
      out.flush();
      magic = in.read();
    }
  }

  private static void answer(byte what, DataOutputStream out) throws IOException {
    switch (what) {
      case CRASH -> Runtime.getRuntime().halt(139);
      case HANG -> LockSupport.park();
      case MEMORY -> out.write(new byte[Integer.MAX_VALUE / 2]);
      case GARBAGE -> out.writeUTF("Segmentation fault, and so on, for some more bytes than a few");
      case LARGE -> size(out, 1 << 20, 1 << 20, 0);
      case NEGATIVE -> size(out, -1, 1, 0);
      case ALPHA -> size(out, 1, 1, 1 << 30);
      case SHORT -> {
        size(out, 2, 2, 0);
        out.write(new byte[3]);
        out.flush();
        Runtime.getRuntime().halt(0);
      }
      case LONG -> {
        size(out, 1, 1, 0);
        out.write(new byte[100]);
      }
      case ENVIRONMENT -> {
        size(out, System.getenv().size(), 1, 0);
        out.write(new byte[3 * System.getenv().size()]);
        out.writeInt(HeifProtocol.END);
      }
      default -> {
        size(out, 1, 1, 0);
        out.write(new byte[] {what, what, what});
        out.writeInt(HeifProtocol.END);
      }
    }
  }

  private static void size(DataOutputStream out, int width, int height, int alpha)
      throws IOException {
    out.writeInt(HeifProtocol.ANSWER);
    out.writeByte(HeifProtocol.OK);
    out.writeInt(width);
    out.writeInt(height);
    out.writeInt(1);
    out.writeInt(alpha);
    out.writeInt(0);
  }
}
