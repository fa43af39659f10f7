package io.groundstream.schemas;

import com.fasterxml.jackson.core.type.TypeReference;
import io.confluent.kafka.schemaregistry.SchemaProvider;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.avro.AvroSchemaProvider;
import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.RestService;
import io.confluent.kafka.schemaregistry.client.rest.entities.SchemaReference;
import io.confluent.kafka.schemaregistry.client.rest.entities.SchemaString;
import io.confluent.kafka.schemaregistry.client.rest.entities.requests.RegisterSchemaRequest;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.groundstream.schemas.text.Redaction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.avro.Schema;

/**
 * A connection to a Schema Registry that speaks Confluent's API, through Confluent's own client.
 *
 * <p>It tells apart what the client throws alike: an answer about a schema (there is none, it is
 * refused) and no usable answer at all, which is a {@link RegistryUnavailableException}. It does
 * not retry; its caller knows how long waiting is worth it. Thread-safe; nothing is cached here.
 *
 * <pre>{@code
 * try (SchemaRegistry registry =
 *     SchemaRegistry.connect(List.of("http://localhost:8081"), Map.of())) {
 *   AvroWireEncoder<ImageEvent> encoder =
 *       AvroWireEncoder.open(registry, SubjectNames.ofValues("image-events"), ImageEvent.class, true);
 * }
 * }</pre>
 */
public final class SchemaRegistry implements AvroWireDecoder.SchemaSource, AutoCloseable {
  /** The compatibility of every subject of ours: old and new read each other, all versions. */
  static final String COMPATIBILITY = "FULL_TRANSITIVE";

  private static final String CONNECT_TIMEOUT = "http.connect.timeout.ms";
  private static final String READ_TIMEOUT = "http.read.timeout.ms";
  private static final String DEFAULT_TIMEOUT_MS = "10000";
  private static final int CLIENT_CACHE_CAPACITY = 1000;
  private static final int MAX_REFERENCES = 1000;

  /** A subject has as many versions as its contract has changed; more are not ours. */
  private static final int MAX_VERSIONS = 200;

  private static final int HTTP_UNAUTHORIZED = 401;
  private static final int HTTP_FORBIDDEN = 403;
  private static final int HTTP_NOT_FOUND = 404;
  private static final int HTTP_METHOD_NOT_ALLOWED = 405;
  private static final int HTTP_CONFLICT = 409;
  private static final int HTTP_UNPROCESSABLE = 422;
  // A registry says 404xx for what it does not have; a mere 404 is a wrong path or a proxy's page.
  private static final int MISSING_CODES = 404;

  private final String urls;
  private final RestService rest;
  private final SchemaRegistryClient client;

  private static final String HOST_NAMES = "schema.registry.ssl.endpoint.identification.algorithm";

  private static final String LOGIN =
      " (expected: a user, password and certificates that it knows, with the right to; see"
          + " schema-registry.properties.*)";
  private static final String TRUST =
      " (expected: a certificate for the host in schema-registry.url, of an authority that this JVM"
          + " knows, or that is in"
          + " schema-registry.properties.schema.registry.ssl.truststore.location)";

  private SchemaRegistry(String urls, RestService rest, SchemaRegistryClient client) {
    this.urls = urls;
    this.rest = rest;
    this.client = client;
  }

  /**
   * Prepares a connection; nothing is sent yet.
   *
   * @param urls where the registry listens, several for its replicas
   * @param properties settings of Confluent's client, such as {@code basic.auth.user.info}, {@code
   *     schema.registry.ssl.truststore.location} or {@code http.read.timeout.ms}; unless set, both
   *     time-outs are 10 seconds, and a certificate has to be for the URL's host
   * @throws IllegalArgumentException if there is no URL
   * @throws RuntimeException what the client throws when a property is impossible
   */
  public static SchemaRegistry connect(List<String> urls, Map<String, String> properties) {
    if (urls.isEmpty()) {
      throw new IllegalArgumentException("urls: [] (expected: at least one URL)");
    }
    Map<String, String> settings = new HashMap<>(properties);
    settings.putIfAbsent(CONNECT_TIMEOUT, DEFAULT_TIMEOUT_MS);
    settings.putIfAbsent(READ_TIMEOUT, DEFAULT_TIMEOUT_MS);
    // Where a trust store is set, the client compares no host names unless asked to.
    settings.putIfAbsent(HOST_NAMES, "https");
    RestService rest = new RestService(urls);
    List<SchemaProvider> providers = List.of(new AvroSchemaProvider());
    // The client applies security, proxy and time-outs to the REST service, and closes it.
    SchemaRegistryClient client =
        new CachedSchemaRegistryClient(rest, CLIENT_CACHE_CAPACITY, providers, settings, Map.of());
    return new SchemaRegistry(String.join(",", urls), rest, client);
  }

  /**
   * Returns the identifier of a schema, which it registers if it is new; the subject's
   * compatibility is FULL_TRANSITIVE afterwards.
   *
   * @throws SchemaRegistrationException if the registry refuses the schema
   */
  public int register(String subject, Schema schema)
      throws SchemaRegistrationException, RegistryUnavailableException {
    String text = PortableSchemas.of(schema).toString();
    try {
      boolean compatibilitySet = ensureCompatibility(subject);
      int id = rest.registerSchema(text, subject);
      if (!compatibilitySet && !ensureCompatibility(subject)) {
        throw new SchemaRegistrationException(
            "Cannot set the compatibility of subject " + subject + " to " + COMPATIBILITY);
      }
      return id;
    } catch (RestClientException e) {
      if (e.getStatus() == HTTP_CONFLICT || e.getStatus() == HTTP_UNPROCESSABLE) {
        throw new SchemaRegistrationException(
            "The registry refuses schema "
                + schema.getFullName()
                + " for subject "
                + subject
                + " (expected: a subject whose versions are all compatible with it; choose another"
                + " topic, or delete the subject's foreign versions): "
                + e.getMessage());
      }
      throw unavailable("register a schema for subject " + subject, e);
    } catch (IOException e) {
      throw unavailable("register a schema for subject " + subject, e);
    }
  }

  /**
   * Returns the identifier of a schema that was registered before, with whatever text: one that
   * differs in white space, documentation or defaults is the same schema to the records' readers.
   *
   * @throws SchemaRegistrationException if the subject has no such schema
   */
  public int lookUp(String subject, Schema schema)
      throws SchemaRegistrationException, RegistryUnavailableException {
    Schema wanted = PortableSchemas.of(schema);
    try {
      return lookUpText(subject, wanted);
    } catch (RestClientException e) {
      if (!isMissing(e)) {
        throw unavailable("look up a schema of subject " + subject, e);
      }
    } catch (IOException e) {
      throw unavailable("look up a schema of subject " + subject, e);
    }
    SubjectVersions versions = versions(subject);
    RegisteredVersion found = versions.find(wanted);
    if (found == null) {
      throw new SchemaRegistrationException(
          "Subject "
              + subject
              + " has no schema "
              + schema.getFullName()
              + " of this version (expected: registered before the start; register it by"
              + " \"groundstream schemas register\", or switch automatic registration on): "
              + versions.describe(wanted));
    }
    return found.id();
  }

  private int lookUpText(String subject, Schema schema) throws IOException, RestClientException {
    RegisterSchemaRequest request = new RegisterSchemaRequest();
    request.setSchema(schema.toString());
    return rest.lookUpSubjectVersion(
            request, subject, /* normalize= */ true, /* lookupDeletedSchema= */ false)
        .getId();
  }

  /** Compares what a subject holds with a schema. */
  public SubjectReport inspect(String subject, Schema schema) throws RegistryUnavailableException {
    SubjectVersions versions = versions(subject);
    String compatibility;
    try {
      compatibility = rest.getConfig(subject).getCompatibilityLevel();
    } catch (RestClientException e) {
      if (!isMissing(e)) {
        throw unavailable("get the compatibility of subject " + subject, e);
      }
      compatibility = null;
    } catch (IOException e) {
      throw unavailable("get the compatibility of subject " + subject, e);
    }
    return versions.report(PortableSchemas.of(schema), compatibility);
  }

  /** Sets the compatibility of a subject that has a version to FULL_TRANSITIVE. */
  public void protect(String subject) throws RegistryUnavailableException {
    try {
      boolean unused = ensureCompatibility(subject);
    } catch (RestClientException | IOException e) {
      throw unavailable("set the compatibility of subject " + subject, e);
    }
  }

  private SubjectVersions versions(String subject) throws RegistryUnavailableException {
    List<RegisteredVersion> found = new ArrayList<>();
    try {
      List<Integer> numbers = new ArrayList<>(rest.getAllVersions(subject));
      numbers.sort(Comparator.reverseOrder());
      for (int number : numbers.subList(0, Math.min(MAX_VERSIONS, numbers.size()))) {
        found.add(version(subject, number));
      }
    } catch (RestClientException e) {
      if (!isMissing(e)) {
        throw unavailable("get the versions of subject " + subject, e);
      }
    } catch (IOException e) {
      throw unavailable("get the versions of subject " + subject, e);
    }
    return new SubjectVersions(subject, found);
  }

  private RegisteredVersion version(String subject, int number)
      throws IOException, RestClientException {
    io.confluent.kafka.schemaregistry.client.rest.entities.Schema answer =
        rest.getVersion(subject, number);
    SchemaString text = new SchemaString(answer.getSchema());
    text.setSchemaType(answer.getSchemaType());
    text.setReferences(answer.getReferences());
    Map<String, String> references = new LinkedHashMap<>();
    List<SchemaReference> direct = answer.getReferences();
    resolve(direct == null ? List.of() : direct, references);
    try {
      return new RegisteredVersion(
          number, answer.getId(), parse(Integer.toString(answer.getId()), text, references), null);
    } catch (RecordException e) {
      return new RegisteredVersion(
          number, answer.getId(), null, "is no Avro schema that can be understood");
    }
  }

  /**
   * Returns the schema with an identifier.
   *
   * @throws RecordException UNKNOWN_SCHEMA_ID if the registry has none, SCHEMA_INCOMPATIBLE if it
   *     is not Avro or cannot be understood
   */
  @Override
  public Schema byId(int id) throws RecordException, RegistryUnavailableException {
    return get("id", Integer.toString(id), () -> rest.getId(id), false);
  }

  /**
   * Returns the schema with a globally unique identifier.
   *
   * @throws RecordException UNKNOWN_SCHEMA_ID if the registry has none or cannot look for it,
   *     SCHEMA_INCOMPATIBLE if it is not Avro or cannot be understood
   */
  @Override
  public Schema byGuid(UUID guid) throws RecordException, RegistryUnavailableException {
    return get(
        "GUID",
        guid.toString(),
        () ->
            rest.httpRequest(
                "/schemas/guids/" + guid,
                "GET",
                null,
                RestService.DEFAULT_REQUEST_PROPERTIES,
                new TypeReference<SchemaString>() {}),
        true);
  }

  /** A question about one schema. */
  @FunctionalInterface
  private interface Question {
    SchemaString ask() throws IOException, RestClientException;
  }

  /**
   * @param mayLackWay whether some registries have no such question, and answer with a mere 404
   */
  private Schema get(String kind, String id, Question question, boolean mayLackWay)
      throws RecordException, RegistryUnavailableException {
    SchemaString answer;
    Map<String, String> references = new LinkedHashMap<>();
    try {
      answer = question.ask();
      List<SchemaReference> direct = answer.getReferences();
      resolve(direct == null ? List.of() : direct, references);
    } catch (RestClientException e) {
      if (isMissing(e) || (mayLackWay && lacksWay(e))) {
        throw new RecordException(
            RecordErrorCode.UNKNOWN_SCHEMA_ID,
            "schema "
                + kind
                + ": "
                + id
                + " (expected: one that the registry "
                + (isMissing(e) ? "knows" : "can look up, as Confluent's does from 7.9 on")
                + "): "
                + e.getMessage(),
            e);
      }
      throw unavailable("get schema " + id, e);
    } catch (IOException e) {
      throw unavailable("get schema " + id, e);
    }
    return parse(id, answer, references);
  }

  private static boolean lacksWay(RestClientException e) {
    return e.getStatus() == HTTP_NOT_FOUND || e.getStatus() == HTTP_METHOD_NOT_ALLOWED;
  }

  private static Schema parse(String id, SchemaString answer, Map<String, String> references)
      throws RecordException {
    String type = answer.getSchemaType();
    if (type != null && !type.isEmpty() && !type.equals(AvroSchema.TYPE)) {
      throw new RecordException(
          RecordErrorCode.SCHEMA_INCOMPATIBLE,
          "type of schema " + id + ": " + type + " (expected: " + AvroSchema.TYPE + ")");
    }
    try {
      List<SchemaReference> direct = answer.getReferences();
      return new AvroSchema(
              answer.getSchemaString(), direct == null ? List.of() : direct, references, null)
          .rawSchema();
    } catch (RuntimeException e) {
      throw new RecordException(
          RecordErrorCode.SCHEMA_INCOMPATIBLE,
          "schema " + id + " cannot be understood: " + e.getMessage(),
          e);
    }
  }

  /** Fetches what schemas refer to, each after what it refers to itself. */
  private void resolve(List<SchemaReference> references, Map<String, String> resolved)
      throws IOException, RestClientException {
    for (SchemaReference reference : new ArrayList<>(references)) {
      if (resolved.containsKey(reference.getName()) || resolved.size() >= MAX_REFERENCES) {
        continue;
      }
      io.confluent.kafka.schemaregistry.client.rest.entities.Schema referenced =
          rest.getVersion(reference.getSubject(), reference.getVersion());
      List<SchemaReference> further = referenced.getReferences();
      resolve(further == null ? List.of() : further, resolved);
      resolved.put(reference.getName(), referenced.getSchema());
    }
  }

  /** Returns whether the subject's compatibility is ours now; false if there is no such subject. */
  private boolean ensureCompatibility(String subject) throws IOException, RestClientException {
    try {
      if (COMPATIBILITY.equals(rest.getConfig(subject).getCompatibilityLevel())) {
        return true;
      }
    } catch (RestClientException e) {
      if (!isMissing(e)) {
        throw e;
      }
    }
    try {
      rest.updateCompatibility(COMPATIBILITY, subject);
      return true;
    } catch (RestClientException e) {
      // Some registries cannot configure a subject before its first version.
      if (isMissing(e)) {
        return false;
      }
      // And some refuse what another writer has set since we looked.
      if (COMPATIBILITY.equals(rest.getConfig(subject).getCompatibilityLevel())) {
        return true;
      }
      throw e;
    }
  }

  private static boolean isMissing(RestClientException e) {
    return e.getStatus() == HTTP_NOT_FOUND && e.getErrorCode() / 100 == MISSING_CODES;
  }

  private RegistryUnavailableException unavailable(String what, Exception cause) {
    boolean distrusted = isDistrusted(cause);
    boolean refused = distrusted || isRefusal(cause);
    return new RegistryUnavailableException(
        "Cannot "
            + what
            + " at schema registry "
            + Redaction.withoutUsers(urls)
            + (distrusted ? TRUST : refused ? LOGIN : "")
            + ": "
            + cause.getMessage(),
        cause,
        refused);
  }

  private static boolean isRefusal(Exception failure) {
    return failure instanceof RestClientException answer
        && (answer.getStatus() == HTTP_UNAUTHORIZED || answer.getStatus() == HTTP_FORBIDDEN);
  }

  private static boolean isDistrusted(Exception failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      // A certificate that is not trusted, or of another host, will be so the next time.
      if (cause instanceof SSLHandshakeException || cause instanceof SSLPeerUnverifiedException) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() {
    try {
      client.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
