package io.groundstream.it;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A self-signed certificate for this machine. */
final class ServerCertificate {
  private static final String PASSWORD = "changeit";
  private static final String ALIAS = "server";

  private final Path store;
  private final Path pem;

  private ServerCertificate(Path store, Path pem) {
    this.store = store;
    this.pem = pem;
  }

  static ServerCertificate create(Path folder) throws Exception {
    Path store = folder.resolve("certificate.p12");
    Path pem = folder.resolve("certificate.pem");
    keytool(
        store,
        List.of("-genkeypair", "-keyalg", "EC", "-dname", "CN=node", "-ext", "san=ip:127.0.0.1"));
    keytool(store, List.of("-exportcert", "-rfc", "-file", pem.toString()));
    return new ServerCertificate(store, pem);
  }

  private static void keytool(Path store, List<String> arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(arguments);
    command.addAll(List.of("-alias", ALIAS, "-keystore", store.toString(), "-storepass", PASSWORD));
    if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
      throw new IOException("keytool failed: " + command);
    }
  }

  /** Returns the certificate, for clients that trust it. */
  Path pem() {
    return pem;
  }

  /** Returns the key store with certificate and key. */
  Path store() {
    return store;
  }

  String password() {
    return PASSWORD;
  }

  /** Returns the TLS context of a server. */
  SSLContext context() throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }
}
