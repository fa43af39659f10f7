package io.groundstream.operators.uri;

import com.ibm.icu.text.IDNA;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * A host as it is asked for, however it was written: names in ASCII (UTS #46, as browsers convert
 * them) and lower case, IPv4 addresses as four decimal numbers, IPv6 addresses shortened and in
 * brackets. What is allowed is decided on this form alone, so that no other way to write a host
 * leads past a rule.
 */
public final class UriHost {
  /** The DNS's limit. */
  private static final int LONGEST_NAME = 253;

  /** What escapes may make of it. */
  private static final int LONGEST = 2048;

  /** What no name holds (WHATWG URL, forbidden domain code points). */
  private static final String FORBIDDEN = " #/<>?@[\\]^|%:\u007f";

  private static final IDNA UTS46 =
      IDNA.getUTS46Instance(IDNA.CHECK_BIDI | IDNA.CHECK_CONTEXTJ | IDNA.NONTRANSITIONAL_TO_ASCII);

  /** What resolvers may judge; browsers don't. */
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
   * Returns the host as it is asked for.
   *
   * @param written with escapes, brackets or a final dot where they were written
   * @throws UriException if it is none
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
        throw new UriException("its host holds a character that no name has");
      }
    }
    // A name that ends in a dot is the same name, found without a search list.
    String bare = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    if (bare.isEmpty() || bare.length() > LONGEST_NAME) {
      throw new UriException(
          bare.isEmpty() ? "it names no host" : "its host has " + bare.length() + " characters");
    }
    return Ipv4Text.isMeantBy(bare) ? Ipv4Text.decimal(bare) : bare;
  }

  private static String ascii(String name) throws UriException {
    // Names in ASCII stay as they are, underscores and all: the resolver knows them or not.
    if (name.chars().allMatch(unit -> unit < 0x80)) {
      return name;
    }
    if (name.length() > LONGEST_NAME) {
      // Converted it would be longer still, and the converter throws at some length.
      throw new UriException("its host has " + name.length() + " characters");
    }
    IDNA.Info info = new IDNA.Info();
    String converted = UTS46.nameToASCII(name, new StringBuilder(), info).toString();
    if (!PASSED.containsAll(info.getErrors())) {
      throw new UriException("its host is no international name");
    }
    return converted;
  }
}
