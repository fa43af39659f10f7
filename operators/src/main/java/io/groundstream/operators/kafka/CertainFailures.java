package io.groundstream.operators.kafka;

import io.groundstream.schemas.text.Redaction;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.security.auth.login.LoginException;
import org.apache.flink.util.ExceptionUtils;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.jspecify.annotations.Nullable;

/**
 * Distinguishes failures that last until a person changes something, such as a wrong password, from
 * brokers that are away. Kafka's clients and Flink wrap all of them in other exceptions.
 */
public final class CertainFailures {
  /** What follows the name of a secret in the settings of a login. */
  private static final Pattern SECRET =
      Pattern.compile(
          "(?i)((?:password|secret|token|api[-_.]?key|user\\.info)[\\w.-]*\\s*[=:]\\s*)"
              + "(\"[^\"]*\"|'[^']*'|[^\\s;,\"']+)");

  private CertainFailures() {}

  /** Returns whether retries are useless until a person has changed something. */
  public static boolean isCertain(@Nullable Throwable failure) {
    return find(failure) != null;
  }

  /** Returns whether TLS fails, such as for a certificate that is not trusted. */
  static boolean isDistrust(Throwable failure) {
    return ExceptionUtils.findThrowable(failure, SSLException.class).isPresent()
        || ExceptionUtils.findThrowable(failure, SslAuthenticationException.class).isPresent();
  }

  /** Returns the cause that makes a failure certain; null if none does. */
  static @Nullable Throwable find(@Nullable Throwable failure) {
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Throwable cause = failure; cause != null && seen.add(cause); cause = cause.getCause()) {
      if (cause instanceof AuthenticationException
          || cause instanceof AuthorizationException
          || cause instanceof AccessRefusedException
          || cause instanceof KafkaClients.UnusableSettingsException
          || cause instanceof ConfigException
          || cause instanceof LoginException
          || cause instanceof SSLException) {
        return cause;
      }
    }
    return null;
  }

  /** Returns the innermost message of a failure, in one line and without secrets. */
  public static String rootCause(Throwable failure) {
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Throwable root = failure;
    String words = failure.toString();
    for (Throwable cause = failure; cause != null && seen.add(cause); cause = cause.getCause()) {
      root = cause;
      if (cause.getMessage() != null && !cause.getMessage().isBlank()) {
        words = cause.getMessage();
      }
    }
    boolean speaks = root.getMessage() != null && !root.getMessage().isBlank();
    String told = speaks ? words : words + " (" + root.getClass().getSimpleName() + ")";
    return discreet(told.strip().replaceAll("\\s*[\\r\\n]+\\s*", " "));
  }

  /** Returns a text without passwords in settings and URLs. */
  public static String discreet(String text) {
    return SECRET.matcher(Redaction.withoutUsers(text)).replaceAll("$1…");
  }
}
