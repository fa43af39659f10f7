package io.groundstream.operators.uri;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class UriTest {
  /** The examples of RFC 3986, section 5.4, and similar references as browsers resolve them. */
  @ParameterizedTest
  @CsvSource({
    "g, http://a/b/c/g",
    "./g, http://a/b/c/g",
    "g/, http://a/b/c/g/",
    "/g, http://a/g",
    "//g, http://g",
    "?y, http://a/b/c/d;p?y",
    "g?y, http://a/b/c/g?y",
    "#s, http://a/b/c/d;p?q",
    "g#s, http://a/b/c/g",
    "g?y#s, http://a/b/c/g?y",
    ";x, http://a/b/c/;x",
    "g;x, http://a/b/c/g;x",
    "g;x?y#s, http://a/b/c/g;x?y",
    "'', http://a/b/c/d;p?q",
    "., http://a/b/c/",
    "./, http://a/b/c/",
    ".., http://a/b/",
    "../, http://a/b/",
    "../g, http://a/b/g",
    "../.., http://a/",
    "../../, http://a/",
    "../../g, http://a/g",
    "../../../g, http://a/g",
    "../../../../g, http://a/g",
    "/./g, http://a/g",
    "/../g, http://a/g",
    "g., http://a/b/c/g.",
    ".g, http://a/b/c/.g",
    "g.., http://a/b/c/g..",
    "..g, http://a/b/c/..g",
    "./../g, http://a/b/g",
    "./g/., http://a/b/c/g/",
    "g/./h, http://a/b/c/g/h",
    "g/../h, http://a/b/c/h",
    "g;x=1/./y, http://a/b/c/g;x=1/y",
    "g;x=1/../y, http://a/b/c/y",
    "g?y/./x, http://a/b/c/g?y/./x",
    "g?y/../x, http://a/b/c/g?y/../x",
    "g#s/../x, http://a/b/c/g",
    "?, http://a/b/c/d;p?",
    "%2e%2e/g, http://a/b/g",
    ".%2E/g, http://a/b/g",
    "%2e, http://a/b/c/",
    "%2e%2e%2e, http://a/b/c/%2e%2e%2e",
    "g//h, http://a/b/c/g//h",
    "///g, http:///g",
    "with space.jpg, http://a/b/c/with%20space.jpg",
    "a|b{1}.jpg, http://a/b/c/a%7Cb%7B1%7D.jpg",
    "50%off.jpg, http://a/b/c/50%25off.jpg",
    "50%25off.jpg, http://a/b/c/50%25off.jpg",
    "café.jpg?é, http://a/b/c/caf%C3%A9.jpg?%C3%A9",
    "\\x\\y?\\z, http://a/x/y?%5Cz",
    "a[1].jpg?b[]=2, http://a/b/c/a%5B1%5D.jpg?b[]=2",
    "https://other/x?y, https://other/x?y",
    "HTTPS://other/x, https://other/x",
    "'  g  ', http://a/b/c/g",
  })
  void resolves(String reference, String expected) throws Exception {
    assertThat(Uri.parse("http://a/b/c/d;p?q").resolve(reference)).hasToString(expected);
  }

  @Test
  void baseUrisWithoutAPathResolveAtTheRoot() throws Exception {
    assertThat(Uri.parse("http://a").resolve("g")).hasToString("http://a/g");
    assertThat(Uri.parse("http://a?q").resolve("?r").requestTarget()).isEqualTo("/?r");
    assertThat(Uri.parse("http://a/x?q").resolve("")).hasToString("http://a/x?q");
  }

  static Stream<Arguments> written() {
    return Stream.of(
        arguments("http://h", "/"),
        arguments("http://h?a", "/?a"),
        arguments("http://h#a", "/"),
        arguments("http://h/#a?b", "/"),
        arguments("http://h/a?b#c?d", "/a?b"),
        arguments("http://h/a?b?c", "/a?b?c"),
        arguments("http://h/a b", "/a%20b"),
        arguments("  http://h/a\n", "/a"),
        arguments("http://h/a\tb\r\nc", "/abc"),
        arguments("http://h/a\u0001\u007f\u0000b\u0000", "/a%01%7F%00b"),
        arguments("http://h/<\"'`^>", "/%3C%22'%60%5E%3E"),
        arguments("http://h/?<\"'`^>|", "/?%3C%22'%60%5E%3E%7C"),
        arguments("http://h/%", "/%25"),
        arguments("http://h/%4", "/%254"),
        arguments("http://h/%zz%4a%4A%2f%2F", "/%25zz%4a%4A%2f%2F"),
        arguments("http://h/100%?50%&x=%41", "/100%25?50%25&x=%41"),
        // Composed and decomposed names stay distinct.
        arguments("http://h/\u00e9", "/%C3%A9"),
        arguments("http://h/e\u0301", "/e%CC%81"),
        arguments("http://h/\ud83d\ude00", "/%F0%9F%98%80"),
        arguments("http://h/\ud83d", "/%EF%BF%BD"),
        arguments("http://h/a/../b/./c", "/a/../b/./c"),
        arguments("http://h//a//b", "//a//b"),
        arguments(
            "https://b.s3.amazonaws.com/a%2Fb+c%20d?X-Amz-Credential=K%2F2026%2Fs3&X-Amz-Signature=a+b==",
            "/a%2Fb+c%20d?X-Amz-Credential=K%2F2026%2Fs3&X-Amz-Signature=a+b=="));
  }

  @ParameterizedTest
  @MethodSource("written")
  void escapesOnlyCharactersThatAreNotAllowed(String text, String target) throws Exception {
    assertThat(Uri.parse(text).requestTarget()).isEqualTo(target);
  }

  @Provide
  Arbitrary<String> links() {
    return Arbitraries.strings()
        .withChars("ab%25FfeE/.?#&=+;,:@!$'()*~_-[]")
        .ofMaxLength(30)
        .map(text -> "http://host/" + text);
  }

  /** The JDK's class is stricter; a URI that it accepts is requested unchanged. */
  @Property(tries = 5000)
  void validLinksAreRequestedUnchanged(@ForAll("links") String text) throws Exception {
    URI strict;
    try {
      strict = new URI(text);
    } catch (URISyntaxException e) {
      Assume.that(false);
      return;
    }
    String query = strict.getRawQuery();
    assertThat(Uri.parse(text).requestTarget())
        .isEqualTo(strict.getRawPath() + (query == null ? "" : "?" + query));
  }

  @Property
  void anyTextIsAcceptedOrRejected(@ForAll String text, @ForAll String reference) throws Exception {
    Uri uri = Uri.parse("http://h/" + text);
    assertThat(uri.requestTarget()).matches("/[!-~]*");
    assertThatNoOtherFailure(text);
    try {
      assertThat(uri.resolve(reference).requestTarget()).matches("[!-~]*");
    } catch (UriException e) {
      assertThat(e.reason()).isNotEmpty();
    }
  }

  private static void assertThatNoOtherFailure(String text) {
    try {
      Uri unused = Uri.parse(text);
      String unusedToo = UriHost.of(text);
    } catch (UriException e) {
      assertThat(e.reason()).isNotEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a.jpg", "/a", "//h/a", "?a", ":a", "1a:b", "ü:b", "a b:c"})
  void textsWithoutASchemeAreRejected(String text) {
    assertThatThrownBy(() -> Uri.parse(text)).isInstanceOf(UriException.class);
  }

  @Test
  void headersInUtf8AreDecoded() throws Exception {
    assertThat(Escapes.ofHeader("/caf\u00c3\u00a9.jpg")).isEqualTo("/café.jpg");
    assertThat(Escapes.ofHeader("/caf\u00e9.jpg")).isEqualTo("/caf%E9.jpg");
    assertThat(Escapes.ofHeader("/a b.jpg")).isEqualTo("/a b.jpg");
  }

  @Test
  void escapesAreReadAsUtf8() throws Exception {
    assertThat(Escapes.decode("a%20b%C3%A9%f0%9F%98%80+%")).isEqualTo("a bé😀+%");
    assertThat(Escapes.decode("50%off%2")).isEqualTo("50%off%2");
    assertThatThrownBy(() -> Escapes.decode("%E9")).isInstanceOf(UriException.class);
    assertThat(Escapes.ofFilePath("/50%25 off#?:[ü].jpg"))
        .isEqualTo("/50%2525%20off%23%3F:%5B%C3%BC%5D.jpg");
  }

  @Property
  void escapedTextIsDecodedToItself(@ForAll String name) throws Exception {
    Assume.that(name.chars().noneMatch(unit -> Character.isSurrogate((char) unit)));
    assertThat(Escapes.decode(Escapes.ofFilePath(name))).isEqualTo(name);
  }
}
