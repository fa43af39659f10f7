package io.groundstream.operators.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRulesTest {
  private static final AddressRules NOTHING_OPENED = new AddressRules(List.of());

  private static AddressRules opened(String... blocks) {
    return new AddressRules(List.of(blocks).stream().map(AddressBlock::parse).toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "168.63.129.16",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::a00:1",
        "2002:7f00:1::",
        "2001:0:7f00:1::",
        "fe80::1",
        "fec0::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "2001:db8::1",
        "100::1"
      })
  void inwardAddressesAreRefused(String address) throws UnknownHostException {
    assertThat(NOTHING_OPENED.allows(InetAddress.getByName(address))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "8.8.8.8",
        "9.255.255.255",
        "11.0.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.167.255.255",
        "192.169.0.0",
        "223.255.255.255",
        "2606:4700::1111",
        "2a00:1450::1",
        "::ffff:8.8.8.8"
      })
  void publicAddressesAreAllowed(String address) throws UnknownHostException {
    assertThat(NOTHING_OPENED.allows(InetAddress.getByName(address))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.1.2.3", "10.1.255.255"})
  void aBlockCanBeOpened(String address) throws UnknownHostException {
    assertThat(opened("10.1.0.0/16").allows(InetAddress.getByName(address))).isTrue();
    assertThat(opened("10.2.0.0/16").allows(InetAddress.getByName(address))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"169.254.169.254", "168.63.129.16", "fd00:ec2::254"})
  void metadataIsOpenedByItselfAlone(String text) throws UnknownHostException {
    InetAddress address = InetAddress.getByName(text);
    assertThat(opened("0.0.0.0/0", "::/0").allows(address)).isFalse();
    assertThat(opened(text).allows(address)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/x",
        "::/129",
        "1.2.3.999"
      })
  void whatIsNoBlockIsRefused(String text) {
    assertThatThrownBy(() -> AddressBlock.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected");
  }

  @Property
  void whatJavaCallsInwardIs(@ForAll @Size(4) byte[] four, @ForAll @Size(16) byte[] sixteen)
      throws UnknownHostException {
    for (byte[] bytes : List.of(four, sixteen)) {
      InetAddress address = InetAddress.getByAddress(bytes);
      if (address.isAnyLocalAddress()
          || address.isLoopbackAddress()
          || address.isLinkLocalAddress()
          || address.isSiteLocalAddress()
          || address.isMulticastAddress()) {
        assertThat(NOTHING_OPENED.allows(address)).as(address.toString()).isFalse();
      }
    }
  }
}
