package io.groundstream.schemas;

import com.fasterxml.jackson.core.type.TypeReference;
import io.confluent.kafka.schemaregistry.SchemaProvider;
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
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a Schema Registry with Confluent's API, through Confluent's own client.
 *
 * <p>The client throws the same exceptions for an answer about a schema (missing, rejected) and for
 * no usable answer at all; this class throws {@link RegistryUnavailableException} for the latter.
 * It does not retry, since only its caller knows how long to wait. Thread-safe; nothing is cached
 * here.
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
  private static final String CONNECT_TIMEOUT = "http.connect.timeout.ms";
  private static final String READ_TIMEOUT = "http.read.timeout.ms";
  private static final String DEFAULT_TIMEOUT_MS = "10000";
  private static final int CLIENT_CACHE_CAPACITY = 1000;
  private static final int MAX_REFERENCES = 1000;

  /** Far more versions than our contracts have; a subject with more is not ours. */
  private static final int MAX_VERSIONS = 200;

  private static final int HTTP_UNAUTHORIZED = 401;
  private static final int HTTP_FORBIDDEN = 403;
  private static final int HTTP_NOT_FOUND = 404;
  private static final int HTTP_METHOD_NOT_ALLOWED = 405;
  private static final int HTTP_CONFLICT = 409;
  private static final int HTTP_UNPROCESSABLE = 422;
  // A registry's error codes for missing things are 404xx; a bare 404 is a wrong path or a proxy.
  private static final int MISSING_CODES = 404;

  private final String urls;
  private final RestService rest;
  private final SchemaRegistryClient client;

  private static final String HOST_NAMES = "schema.registry.ssl.endpoint.identification.algorithm";

  private static final String LOGIN =
      " (expected: a user, password and certificates that it accepts, with permission for this; see"
          + " schema-registry.properties.*)";
  private static final String TRUST =
      " (expected: a certificate for the host in schema-registry.url, from an authority that this"
          + " JVM trusts or that is in"
          + " schema-registry.properties.schema.registry.ssl.truststore.location)";

  private SchemaRegistry(String urls, RestService rest, SchemaRegistryClient client) {
    this.urls = urls;
    this.rest = rest;
    this.client = client;
  }

  /**
   * Creates a connection; nothing is sent yet.
   *
   * @param urls the registry's URLs, one for each replica
   * @param properties settings of Confluent's client, such as {@code basic.auth.user.info}, {@code
   *     schema.registry.ssl.truststore.location} or {@code http.read.timeout.ms}. By default both
   *     time-outs are 10 seconds, and a certificate must match the URL's host
   * @throws IllegalArgumentException if there is no URL
   * @throws RuntimeException if the client rejects a property
   */
  public static SchemaRegistry connect(List<String> urls, Map<String, String> properties) {
    if (urls.isEmpty()) {
      throw new IllegalArgumentException("urls: [] (expected: at least one URL)");
    }
    Map<String, String> settings = new HashMap<>(properties);
    settings.putIfAbsent(CONNECT_TIMEOUT, DEFAULT_TIMEOUT_MS);
    settings.putIfAbsent(READ_TIMEOUT, DEFAULT_TIMEOUT_MS);
    // With a trust store, the client verifies host names only if this is set.
    settings.putIfAbsent(HOST_NAMES, "https");
    RestService rest = new RestService(urls);
    List<SchemaProvider> providers = List.of(new AvroSchemaProvider());
    // The client applies security, proxy and time-outs to the REST service, and closes it.
    SchemaRegistryClient client =
        new CachedSchemaRegistryClient(rest, CLIENT_CACHE_CAPACITY, providers, settings, Map.of());
    return new SchemaRegistry(String.join(",", urls), rest, client);
  }

  /** Registers an Avro schema; see {@link #register(String, SchemaText, String)}. */
  public int register(String subject, Schema schema)
      throws SchemaRegistrationException, RegistryUnavailableException {
    return register(subject, text(schema), schema.getFullName());
  }

  /**
   * Registers a schema unless it is registered already, sets the subject's compatibility to that of
   * the schema's type, and returns the schema's identifier.
   *
   * @param schema a schema that refers to no other
   * @param name the record's name, for messages
   * @throws SchemaRegistrationException if the registry rejects the schema
   */
  public int register(String subject, SchemaText schema, String name)
      throws SchemaRegistrationException, RegistryUnavailableException {
    try {
      boolean compatibilitySet = ensureCompatibility(subject, schema.type());
      int id = rest.registerSchema(request(schema), subject, /* normalize= */ false).getId();
      if (!compatibilitySet && !ensureCompatibility(subject, schema.type())) {
        throw new SchemaRegistrationException(
            "Cannot set the compatibility of subject "
                + subject
                + " to "
                + schema.type().compatibility());
      }
      return id;
    } catch (RestClientException e) {
      if (e.getStatus() == HTTP_CONFLICT || e.getStatus() == HTTP_UNPROCESSABLE) {
        throw new SchemaRegistrationException(
            "The registry rejects schema "
                + name
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

  private static SchemaText text(Schema schema) {
    return new SchemaText(SchemaType.AVRO, PortableSchemas.of(schema).toString());
  }

  private static RegisterSchemaRequest request(SchemaText schema) {
    RegisterSchemaRequest request = new RegisterSchemaRequest();
    request.setSchema(schema.text());
    // Absent for Avro, as some registries with this API know no types.
    request.setSchemaType(schema.type() == SchemaType.AVRO ? null : schema.type().name());
    return request;
  }

  /**
   * Returns the identifier of a registered schema. The registered text may differ in white space,
   * documentation or defaults, since it is the same schema to readers of the records.
   *
   * @throws SchemaRegistrationException if the subject has no such schema
   */
  public int lookUp(String subject, Schema schema)
      throws SchemaRegistrationException, RegistryUnavailableException {
    return lookUp(subject, text(schema), schema.getFullName());
  }

  /**
   * Returns the identifier of a registered schema of any type.
   *
   * @param name the record's name, for messages
   * @throws SchemaRegistrationException if the subject has no such schema
   */
  public int lookUp(String subject, SchemaText schema, String name)
      throws SchemaRegistrationException, RegistryUnavailableException {
    try {
      return rest.lookUpSubjectVersion(
              request(schema), subject, /* normalize= */ true, /* lookupDeletedSchema= */ false)
          .getId();
    } catch (RestClientException e) {
      if (!isMissing(e)) {
        throw unavailable("look up a schema of subject " + subject, e);
      }
    } catch (IOException e) {
      throw unavailable("look up a schema of subject " + subject, e);
    }
    SubjectVersions versions = versions(subject);
    RegisteredVersion found = versions.find(schema);
    if (found == null) {
      throw new SchemaRegistrationException(
          "Subject "
              + subject
              + " has no schema "
              + name
              + " of this version (expected: registered before the start; register it with"
              + " \"groundstream schemas register\", or switch automatic registration on): "
              + versions.describe(schema));
    }
    return found.id();
  }

  /** Compares the versions of a subject with a schema. */
  public SubjectReport inspect(String subject, Schema schema) throws RegistryUnavailableException {
    return inspect(subject, text(schema));
  }

  /** Compares the versions of a subject with a schema of any type. */
  public SubjectReport inspect(String subject, SchemaText schema)
      throws RegistryUnavailableException {
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
    return versions.report(schema, compatibility, conflict(subject, schema, versions));
  }

  /** Returns why the registry would reject a schema that is not Avro, or null if it would not. */
  private @Nullable String conflict(String subject, SchemaText schema, SubjectVersions versions)
      throws RegistryUnavailableException {
    if (schema.type() == SchemaType.AVRO
        || versions.newestFirst().isEmpty()
        || versions.find(schema) != null) {
      return null;
    }
    SchemaText newest = versions.newestFirst().get(0).text();
    if (newest == null || newest.type() != schema.type()) {
      // Some registries parse the one by the rules of the other, and fail.
      return versions.describe(schema);
    }
    try {
      List<String> conflicts =
          rest.testCompatibility(
              request(schema), subject, "latest", /* normalize= */ false, /* verbose= */ true);
      return conflicts.isEmpty() ? null : String.join("; ", conflicts);
    } catch (RestClientException e) {
      if (e.getStatus() == HTTP_UNPROCESSABLE || e.getStatus() == HTTP_CONFLICT) {
        return String.valueOf(e.getMessage());
      }
      throw unavailable("compare a schema with subject " + subject, e);
    } catch (IOException e) {
      throw unavailable("compare a schema with subject " + subject, e);
    }
  }

  /** Sets the compatibility of a subject that has versions to that of a type of schemas. */
  public void protect(String subject, SchemaType type) throws RegistryUnavailableException {
    try {
      boolean unused = ensureCompatibility(subject, type);
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
    SchemaString string = new SchemaString(answer.getSchema());
    string.setSchemaType(answer.getSchemaType());
    string.setReferences(answer.getReferences());
    String id = Integer.toString(answer.getId());
    SchemaText text = null;
    try {
      text = text(id, string);
      return new RegisteredVersion(number, answer.getId(), text, AvroTexts.parse(id, text), null);
    } catch (RecordException e) {
      return new RegisteredVersion(
          number, answer.getId(), text, null, "is not Avro or cannot be parsed");
    }
  }

  /**
   * Returns the schema with an identifier.
   *
   * @throws RecordException UNKNOWN_SCHEMA_ID if the registry does not have it, SCHEMA_INCOMPATIBLE
   *     if it is not Avro or cannot be parsed
   */
  @Override
  public Schema byId(int id) throws RecordException, RegistryUnavailableException {
    return AvroTexts.parse(Integer.toString(id), textById(id));
  }

  /**
   * Returns the schema with a globally unique identifier.
   *
   * @throws RecordException UNKNOWN_SCHEMA_ID if the registry does not have it or cannot look up
   *     GUIDs, SCHEMA_INCOMPATIBLE if it is not Avro or cannot be parsed
   */
  @Override
  public Schema byGuid(UUID guid) throws RecordException, RegistryUnavailableException {
    return AvroTexts.parse(guid.toString(), textByGuid(guid));
  }

  /**
   * Returns the schema of any type that a record names.
   *
   * @throws RecordException UNKNOWN_SCHEMA_ID if the registry does not have it, SCHEMA_INCOMPATIBLE
   *     if its type is none of {@link SchemaType}
   */
  @Override
  public SchemaText text(WireFormat format) throws RecordException, RegistryUnavailableException {
    UUID guid = format.guid();
    return guid == null ? textById(format.id()) : textByGuid(guid);
  }

  private SchemaText textById(int id) throws RecordException, RegistryUnavailableException {
    return get("id", Integer.toString(id), () -> rest.getId(id), false);
  }

  private SchemaText textByGuid(UUID guid) throws RecordException, RegistryUnavailableException {
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

  /** A request for one schema. */
  @FunctionalInterface
  private interface SchemaRequest {
    SchemaString send() throws IOException, RestClientException;
  }

  /**
   * Sends a request for a schema, and for those that it refers to.
   *
   * @param maybeUnsupported whether some registries lack this request, and answer a bare 404 or 405
   */
  private SchemaText get(String kind, String id, SchemaRequest request, boolean maybeUnsupported)
      throws RecordException, RegistryUnavailableException {
    try {
      return text(id, request.send());
    } catch (RestClientException e) {
      if (isMissing(e) || (maybeUnsupported && isUnsupported(e))) {
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
  }

  private static boolean isUnsupported(RestClientException e) {
    return e.getStatus() == HTTP_NOT_FOUND || e.getStatus() == HTTP_METHOD_NOT_ALLOWED;
  }

  private SchemaText text(String id, SchemaString answer)
      throws RecordException, IOException, RestClientException {
    SchemaType type = SchemaType.find(answer.getSchemaType());
    if (type == null) {
      throw new RecordException(
          RecordErrorCode.SCHEMA_INCOMPATIBLE,
          "type of schema "
              + id
              + ": "
              + answer.getSchemaType()
              + " (expected: one of "
              + Arrays.toString(SchemaType.values())
              + ")");
    }
    Map<String, String> references = new LinkedHashMap<>();
    List<SchemaReference> direct = answer.getReferences();
    resolve(direct == null ? List.of() : direct, references);
    return new SchemaText(type, answer.getSchemaString(), references);
  }

  /** Fetches referenced schemas recursively, each after those that it refers to itself. */
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

  /**
   * Sets the subject's compatibility to that of the type if it is another, and returns whether it
   * is so now; false if the registry has no such subject yet.
   */
  private boolean ensureCompatibility(String subject, SchemaType type)
      throws IOException, RestClientException {
    String level = type.compatibility();
    try {
      if (level.equals(rest.getConfig(subject).getCompatibilityLevel())) {
        return true;
      }
    } catch (RestClientException e) {
      if (!isMissing(e)) {
        throw e;
      }
    }
    try {
      rest.updateCompatibility(level, subject);
      return true;
    } catch (RestClientException e) {
      // Some registries cannot configure a subject before its first version.
      if (isMissing(e)) {
        return false;
      }
      // Others reject the change because another writer has just made it.
      if (level.equals(rest.getConfig(subject).getCompatibilityLevel())) {
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
      // An untrusted certificate, or one for another host, fails the next time too.
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
