package io.groundstream.operators.uri;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet6Address;
import java.net.InetAddress;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UriHostTest {
  @ParameterizedTest
  @CsvSource({
    "Images.Example.ORG, images.example.org",
    "my_images.test, my_images.test",
    "_dmarc.example, _dmarc.example",
    "-a-.b--c.test, -a-.b--c.test",
    "a..b, a..b",
    "example.org., example.org",
    "bücher.test, xn--bcher-kva.test",
    "BÜCHER.test, xn--bcher-kva.test",
    "bu\u0308cher.test, xn--bcher-kva.test",
    "b%C3%BCcher.test, xn--bcher-kva.test",
    "XN--BCHER-KVA.test, xn--bcher-kva.test",
    "straße.test, xn--strae-oqa.test",
    "日本語。jp, xn--wgv71a119e.jp",
    "ｅｘａｍｐｌｅ．ｃｏｍ, example.com",
    "ex\u00adample.com, example.com",
    "my_bücher.test, xn--my_bcher-95a.test",
    "%65xample.com, example.com",
    "fo%6F.test, foo.test",
  })
  void namesAreConverted(String written, String host) throws Exception {
    assertThat(UriHost.of(written)).isEqualTo(host);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 127.0.0.1",
    "127.0.0.1., 127.0.0.1",
    "2130706433, 127.0.0.1",
    "0x7f000001, 127.0.0.1",
    "0X7F.1, 127.0.0.1",
    "017700000001, 127.0.0.1",
    "0177.0.0.1, 127.0.0.1",
    "127.1, 127.0.0.1",
    "127.0.1, 127.0.0.1",
    "127.65535, 127.0.255.255",
    "00000000000000000000177.0.0.1, 127.0.0.1",
    "0, 0.0.0.0",
    "0x, 0.0.0.0",
    "1.0x, 1.0.0.0",
    "255.255.255.255, 255.255.255.255",
    "4294967295, 255.255.255.255",
    "%31%32%37.0.0.1, 127.0.0.1",
    "①②⑦.0.0.1, 127.0.0.1",
    "１２７．０．０．１, 127.0.0.1",
    "127。0。0。1, 127.0.0.1",
    "0ⅹ7f.1, 127.0.0.1",
    "127.0.0.1%2e, 127.0.0.1",
  })
  void allFormsOfAnAddressAreEqual(String written, String host) throws Exception {
    assertThat(UriHost.of(written)).isEqualTo(host);
  }

  @ParameterizedTest
  @CsvSource({
    "[::1], [::1]",
    "[0:0:0:0:0:0:0:1], [::1]",
    "[0000:0000::0001], [::1]",
    "[::], [::]",
    "[::127.0.0.1], [::7f00:1]",
    "[::FFFF:127.0.0.1], [::ffff:7f00:1]",
    "[2001:DB8:0:0:1:0:0:1], [2001:db8::1:0:0:1]",
    "[1:2:3:4:5:6:7:8], [1:2:3:4:5:6:7:8]",
    "[1::], [1::]",
    "[1:0:2:3:4:5:6:7], [1:0:2:3:4:5:6:7]",
  })
  void longAddressesAreShortened(String written, String host) throws Exception {
    assertThat(UriHost.of(written)).isEqualTo(host);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "a b",
        "a%20b",
        "a%00b",
        "a%2Fb",
        "a%40b",
        "a%",
        "a%zz",
        "a/b",
        "a\\b",
        "a<b",
        "a^b",
        "a|b",
        "a:b",
        "%E9.test",
        "a\u0001b",
        "1.2.3.4.5",
        "256.0.0.1",
        "1.2.3.256",
        "127.0.0x10000",
        "09.1",
        "1..1",
        "0xg.1.1",
        "4294967296",
        "99999999999999999999",
        "a.1",
        "[::1",
        "::1",
        "[]",
        "[1:2:3]",
        "[1::2::3]",
        "[::1%25lo]",
        "[fe80::1%eth0]",
        "[::256.0.0.1]",
        "[::1.2.3]",
        "[::01.2.3.4]",
        "[1:2:3:4:5:6:7:8:9]",
        "[12345::]",
        "[g::]",
        "[:1]",
        "[1:]",
        "[::1]x",
        "\u00ad",
        "a\ufffdb",
        "אa.test",
        "a\u200d.test"
      })
  void otherTextsAreRejected(String written) {
    assertThatThrownBy(() -> UriHost.of(written)).isInstanceOf(UriException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {255, 2048, 2049, 100_000})
  void endlessNamesAreRejected(int length) {
    assertThatThrownBy(() -> UriHost.of("a".repeat(length))).isInstanceOf(UriException.class);
    assertThatThrownBy(() -> UriHost.of("ü".repeat(length))).isInstanceOf(UriException.class);
  }

  @Property
  void everyIpv6AddressStaysUnchanged(@ForAll @Size(16) byte[] bytes) throws Exception {
    InetAddress address = Inet6Address.getByAddress("", bytes, -1);
    String host = UriHost.of("[" + address.getHostAddress().replaceFirst("%.*", "") + "]");
    InetAddress read = InetAddress.getByName(host);
    assertThat(read.getAddress()).isEqualTo(InetAddress.getByAddress(bytes).getAddress());
  }
}
