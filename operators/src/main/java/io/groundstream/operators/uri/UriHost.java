package io.groundstream.operators.uri;

import com.ibm.icu.text.IDNA;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * Converts hosts to the canonical form that is used for connecting: names in ASCII (UTS #46, as in
 * browsers) and lower case, IPv4 addresses as four decimal numbers, IPv6 addresses shortened and in
 * brackets. Only this form is checked against the rules, so that no alternative spelling of a host
 * bypasses a rule.
 */
public final class UriHost {
  /** The DNS limit on the length of a name. */
  private static final int LONGEST_NAME = 253;

  /** The maximum length of a host with escapes. */
  private static final int LONGEST = 2048;

  /** Characters that no name may contain (WHATWG URL, forbidden domain code points). */
  private static final String FORBIDDEN = " #/<>?@[\\]^|%:\u007f";

  private static final IDNA UTS46 =
      IDNA.getUTS46Instance(IDNA.CHECK_BIDI | IDNA.CHECK_CONTEXTJ | IDNA.NONTRANSITIONAL_TO_ASCII);

  /** Errors that are left to the resolver, as browsers do. */
  private static final Set<IDNA.Error> PASSED =
      EnumSet.of(
          IDNA.Error.EMPTY_LABEL,
          IDNA.Error.LABEL_TOO_LONG,
          IDNA.Error.DOMAIN_NAME_TOO_LONG,
          IDNA.Error.LEADING_HYPHEN,
          IDNA.Error.TRAILING_HYPHEN,
          IDNA.Error.HYPHEN_3_4);

  private UriHost() {}

  /**
   * Returns the canonical form of a host.
   *
   * @param written the host as written, possibly with escapes, brackets or a final dot
   * @throws UriException if it is not a host
   */
  public static String of(String written) throws UriException {
    if (written.isEmpty()) {
      throw new UriException("it names no host");
    }
    if (written.length() > LONGEST) {
      throw new UriException("its host has " + written.length() + " characters");
    }
    if (written.startsWith("[")) {
      if (!written.endsWith("]")) {
        throw new UriException("its host has an unclosed bracket");
      }
      return Ipv6Text.shortened(written.substring(1, written.length() - 1));
    }
    String name = ascii(Escapes.decode(written)).toLowerCase(Locale.ROOT);
    for (int index = 0; index < name.length(); index++) {
      char unit = name.charAt(index);
      if (unit < ' ' || FORBIDDEN.indexOf(unit) >= 0) {
        throw new UriException("its host contains a character that names cannot have");
      }
    }
    // A final dot only disables the resolver's search list; the name is the same.
    String bare = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    if (bare.isEmpty() || bare.length() > LONGEST_NAME) {
      throw new UriException(
          bare.isEmpty() ? "it names no host" : "its host has " + bare.length() + " characters");
    }
    return Ipv4Text.isMeantBy(bare) ? Ipv4Text.decimal(bare) : bare;
  }

  private static String ascii(String name) throws UriException {
    // ASCII names stay unchanged, including underscores; the resolver decides whether they exist.
    if (name.chars().allMatch(unit -> unit < 0x80)) {
      return name;
    }
    if (name.length() > LONGEST_NAME) {
      // The converted name would be even longer, and the converter throws above some length.
      throw new UriException("its host has " + name.length() + " characters");
    }
    IDNA.Info info = new IDNA.Info();
    String converted = UTS46.nameToASCII(name, new StringBuilder(), info).toString();
    if (!PASSED.containsAll(info.getErrors())) {
      throw new UriException("its host is not a valid international name");
    }
    return converted;
  }
}
