package io.groundstream.operators.fetch;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;

/**
 * Decides which addresses links of events may lead to: those of the public Internet, and those that
 * are opened explicitly. All others are inward: loopback, private and link-local networks (where
 * clouds answer with credentials), multicast, and what the registries of special-purpose addresses
 * (RFC 6890 and IANA's lists) keep from being routed.
 *
 * <p>An IPv4 address that is written as an IPv6 one ({@code ::ffff:10.0.0.1}) is one to Java
 * already; other forms that hold one inside (6to4, Teredo, NAT64) are not allowed at all.
 * Immutable.
 */
final class AddressRules {
  private static final List<AddressBlock> INWARD_V4 =
      blocks(
          "0.0.0.0/8", // this network
          "10.0.0.0/8", // private
          "100.64.0.0/10", // shared by carriers
          "127.0.0.0/8", // loopback
          "169.254.0.0/16", // link-local, with the metadata of clouds
          "172.16.0.0/12", // private
          "192.0.0.0/24", // protocols
          "192.0.2.0/24", // documentation
          "192.31.196.0/24", // AS112
          "192.52.193.0/24", // AMT
          "192.88.99.0/24", // 6to4 relays
          "192.168.0.0/16", // private
          "192.175.48.0/24", // AS112
          "198.18.0.0/15", // benchmarks
          "198.51.100.0/24", // documentation
          "203.0.113.0/24", // documentation
          "224.0.0.0/4", // multicast
          "240.0.0.0/4"); // reserved, broadcast

  /** Global unicast; all other IPv6 addresses are inward or unassigned. */
  private static final AddressBlock GLOBAL_V6 = AddressBlock.parse("2000::/3");

  private static final List<AddressBlock> INWARD_V6 =
      blocks(
          "2001::/23", // protocols, Teredo
          "2001:db8::/32", // documentation
          "2002::/16", // 6to4: holds an IPv4 address
          "2620:4f:8000::/48", // AS112
          "3fff::/20"); // documentation

  /** Addresses at which clouds answer with credentials; each has to be opened by itself. */
  private static final List<AddressBlock> METADATA =
      blocks(
          "169.254.169.254",
          "169.254.170.2",
          "169.254.170.23",
          "100.100.100.200",
          "168.63.129.16",
          "192.0.0.192",
          "fd00:ec2::254",
          "fd20:ce::254");

  private final List<AddressBlock> opened;

  /**
   * @param opened blocks that are allowed although they are inward
   */
  AddressRules(List<AddressBlock> opened) {
    this.opened = List.copyOf(opened);
  }

  boolean allows(InetAddress address) {
    int bits = address.getAddress().length * Byte.SIZE;
    if (METADATA.stream().anyMatch(block -> block.contains(address))) {
      // A larger block around it does not open it.
      return opened.stream().anyMatch(block -> block.bits() == bits && block.contains(address));
    }
    return isPublic(address) || opened.stream().anyMatch(block -> block.contains(address));
  }

  private static boolean isPublic(InetAddress address) {
    if (address instanceof Inet4Address) {
      return INWARD_V4.stream().noneMatch(block -> block.contains(address));
    }
    return GLOBAL_V6.contains(address)
        && INWARD_V6.stream().noneMatch(block -> block.contains(address));
  }

  private static List<AddressBlock> blocks(String... blocks) {
    return Stream.of(blocks).map(AddressBlock::parse).toList();
  }
}
