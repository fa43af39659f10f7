package io.groundstream.operators.fetch;

import java.io.Serializable;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.apiguardian.api.API;

/**
 * A block of addresses in CIDR notation, such as {@code 10.0.0.0/8} or {@code fd00::/8}.
 *
 * @param prefix the first address; 4 bytes or 16
 * @param bits how many of its bits all addresses of the block share
 */
@API(status = API.Status.INTERNAL)
public record AddressBlock(InetAddress prefix, int bits) implements Serializable {
  /**
   * Reads a block; an address alone is a block of one.
   *
   * @throws IllegalArgumentException if the text is not a block
   */
  public static AddressBlock parse(String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    // Only digits, letters of hexadecimal, dots and colons: a name would be looked up.
    if (!address.matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
      throw invalid(text);
    }
    try {
      InetAddress prefix = InetAddress.getByName(address);
      int most = prefix.getAddress().length * Byte.SIZE;
      int bits = slash < 0 ? most : Integer.parseInt(text.substring(slash + 1));
      if (bits < 0 || bits > most) {
        throw invalid(text);
      }
      return new AddressBlock(prefix, bits);
    } catch (UnknownHostException | NumberFormatException e) {
      throw invalid(text);
    }
  }

  private static IllegalArgumentException invalid(String text) {
    return new IllegalArgumentException(
        text + " (expected: a block of addresses such as 10.1.0.0/16 or fd00::/8)");
  }

  /** Returns whether the block contains an address. */
  public boolean contains(InetAddress address) {
    byte[] ours = prefix.getAddress();
    byte[] theirs = address.getAddress();
    if (ours.length != theirs.length) {
      return false;
    }
    for (int bit = 0; bit < bits; bit++) {
      int mask = 0x80 >> bit % Byte.SIZE;
      if (((ours[bit / Byte.SIZE] ^ theirs[bit / Byte.SIZE]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }
}
