package io.groundstream.console.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.groundstream.avro.DeadLetter;
import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.GroundedPhrase;
import io.groundstream.console.embedded.LocalRegistry;
import io.groundstream.jobs.cli.ExitCodes;
import io.groundstream.schemas.AvroWireEncoder;
import io.groundstream.schemas.ContractEncoders;
import io.groundstream.schemas.RecordFormat;
import io.groundstream.schemas.SchemaRegistry;
import io.groundstream.schemas.SchemaType;
import io.groundstream.schemas.SubjectNames;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests the commands for schemas with a real registry. */
@Timeout(120)
class SchemasCommandITCase {
  private static final Path HOME = Path.of("target", "apicurio-registry");

  @TempDir Path folder;

  @Test
  void whatACommandRegistersJobsFind() throws Exception {
    try (LocalRegistry registry = LocalRegistry.start(HOME, folder, 0)) {
      CommandRun check = run(registry, "check");
      assertThat(check.exitCode()).isEqualTo(ExitCodes.FAILED);
      assertThat(check.out()).containsPattern("grounded-images-value +missing");
      CommandRun plan = run(registry, "register", "--dry-run");
      assertThat(plan.exitCode()).isEqualTo(ExitCodes.OK);
      assertThat(plan.out()).containsPattern("dead-letters-value +- +- +would be registered");
      assertThat(run(registry, "check").exitCode()).isEqualTo(ExitCodes.FAILED);

      CommandRun first = run(registry, "register");
      assertThat(first.exitCode()).as(first.err()).isEqualTo(ExitCodes.OK);
      assertThat(first.out()).containsPattern("grounded-phrases-value +\\d+ +1 +registered");
      assertThat(run(registry, "register").out())
          .containsPattern("grounded-phrases-value +\\d+ +1 +unchanged")
          .doesNotContain("registered");
      CommandRun again = run(registry, "check");
      assertThat(again.exitCode()).isEqualTo(ExitCodes.OK);
      assertThat(again.out())
          .containsPattern("image-events-value +registered +\\d+ +1 +FULL_TRANSITIVE");
      lookUpAll(registry);
    }
  }

  /** Registers schemas with other tools, as deploy/README.md describes. */
  @Test
  void whatOtherToolsRegisterFromPrintedFilesJobsFind() throws Exception {
    Path files = folder.resolve("schemas");
    CommandRun print = CommandRun.groundstream("schemas", "print", "--to", files.toString());
    assertThat(print.exitCode()).as(print.err()).isEqualTo(ExitCodes.OK);
    try (LocalRegistry registry = LocalRegistry.start(HOME, folder, 0)) {
      for (String line : print.out().lines().toList()) {
        Path file = Path.of(line);
        String subject = file.getFileName().toString().replace(".avsc", "");
        assertThat(post(registry.url() + "/subjects/" + subject + "/versions", file))
            .isEqualTo(200);
      }
      lookUpAll(registry);
      assertThat(run(registry, "check").exitCode()).isEqualTo(ExitCodes.OK);
      // No second version with another text was registered.
      assertThat(run(registry, "register").out())
          .containsPattern("grounded-images-value +\\d+ +1 +compatibility set to FULL_TRANSITIVE")
          .doesNotContain(" registered");
    }
  }

  @Test
  void aForeignSubjectIsLeftAlone() throws Exception {
    try (LocalRegistry registry = LocalRegistry.start(HOME, folder, 0)) {
      Path foreign = Files.writeString(folder.resolve("foreign.avsc"), "\"string\"");
      post(registry.url() + "/subjects/mine-value/versions", foreign);
      CommandRun register =
          CommandRun.groundstream(
              "schemas",
              "register",
              "-Dkafka.topics.images=mine",
              "--schema-registry",
              registry.url());
      assertThat(register.exitCode()).isEqualTo(ExitCodes.FAILED);
      assertThat(register.out())
          .containsPattern("mine-value +- +- +refused")
          .containsPattern("grounded-phrases-value +\\d+ +1 +registered");
      assertThat(register.err()).contains("Subject mine-value", "version 1");
    }
  }

  /** A job with these formats and without automatic registration finds what the command wrote. */
  @ParameterizedTest
  @EnumSource(RecordFormat.class)
  void schemasAreOfTheConfiguredFormats(RecordFormat format) throws Exception {
    String[] formats = {
      "-Dresults.format=" + format,
      "-Dresults.format.phrases=protobuf",
      "-Dresults.format.dead-letters=json",
      "-Dkafka.topics.events=products;pictures",
      "-Devents.topics.products.format=json"
    };
    try (LocalRegistry registry = LocalRegistry.start(HOME, folder, 0)) {
      CommandRun missing = run(registry, "check", formats);
      assertThat(missing.exitCode()).isEqualTo(ExitCodes.FAILED);
      assertThat(missing.out())
          .containsPattern("grounded-phrases-value +missing")
          .containsPattern("products-value +not needed .* events in json")
          .containsPattern("pictures-value +missing")
          .containsPattern("dead-letters-value +not needed .* json needs no schema");
      CommandRun register = run(registry, "register", formats);
      assertThat(register.exitCode()).as(register.err()).isEqualTo(ExitCodes.OK);
      assertThat(register.out()).containsPattern("grounded-phrases-value +\\d+ +1 +registered");
      assertThat(run(registry, "register", formats).out())
          .containsPattern("grounded-phrases-value +\\d+ +1 +unchanged");
      CommandRun check = run(registry, "check", formats);
      assertThat(check.exitCode()).as(check.out()).isEqualTo(ExitCodes.OK);
      assertThat(check.out())
          .containsPattern("grounded-phrases-value +registered +\\d+ +1 +BACKWARD_TRANSITIVE");
      SchemaType type = format.type();
      assertThat(check.out())
          .containsPattern(
              type == null
                  ? "grounded-images-value +not needed"
                  : "grounded-images-value +registered +\\d+ +1 +" + type.compatibility());
      try (SchemaRegistry client = SchemaRegistry.connect(List.of(registry.url()), Map.of())) {
        // What a job does at start with schema-registry.auto-register: false.
        assertThat(
                ContractEncoders.open(
                    format, client, "grounded-images-value", GroundedImage.class, false))
            .isNotNull();
        assertThat(
                ContractEncoders.open(
                    RecordFormat.PROTOBUF,
                    client,
                    "grounded-phrases-value",
                    GroundedPhrase.class,
                    false))
            .isNotNull();
      }
    }
  }

  @Test
  void filesAreOfTheConfiguredFormats() throws Exception {
    CommandRun print =
        CommandRun.groundstream(
            "schemas",
            "print",
            "-Dresults.format=json-schema",
            "-Dresults.format.phrases=protobuf",
            "-Devents.format=image",
            "--to",
            folder.toString());
    assertThat(print.exitCode()).as(print.err()).isEqualTo(ExitCodes.OK);
    assertThat(print.out().lines().map(line -> Path.of(line).getFileName().toString()))
        .containsExactly(
            "grounded-images-value.schema.json",
            "grounded-phrases-value.proto",
            "dead-letters-value.avsc");
    assertThat(print.err()).contains("image-events: events in image need no schema of ours");
    assertThat(folder.resolve("grounded-images-value.schema.json"))
        .content()
        .contains("\"title\" : \"GroundedImage\"");
    assertThat(folder.resolve("grounded-phrases-value.proto"))
        .content()
        .contains("message GroundedPhrase {");
  }

  @Test
  void wrongUsageIsTold() {
    CommandRun run = CommandRun.groundstream("schemas", "print", "pictures");
    assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(run.err())
        .startsWith("TOPIC: pictures (expected: events, images, phrases or dead-letters)");
    CommandRun pattern =
        CommandRun.groundstream("schemas", "print", "-Dkafka.topics.events-pattern=e.*", "events");
    assertThat(pattern.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(pattern.err()).contains("events: only a pattern, kafka.topics.events-pattern");
    CommandRun away =
        CommandRun.groundstream("schemas", "check", "--schema-registry", "http://127.0.0.1:1");
    assertThat(away.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(away.err()).startsWith("error: Cannot get the versions of subject");
  }

  private static CommandRun run(LocalRegistry registry, String command, String... more) {
    String[] line = new String[4 + more.length];
    line[0] = "schemas";
    line[1] = command;
    line[2] = "--schema-registry";
    line[3] = registry.url();
    System.arraycopy(more, 0, line, 4, more.length);
    return CommandRun.groundstream(line);
  }

  /** Looks schemas up as a job with {@code schema-registry.auto-register: false} does at start. */
  private static void lookUpAll(LocalRegistry local) throws Exception {
    try (SchemaRegistry registry = SchemaRegistry.connect(List.of(local.url()), Map.of())) {
      lookUp(registry, "grounded-images", GroundedImage.class);
      lookUp(registry, "grounded-phrases", GroundedPhrase.class);
      lookUp(registry, "dead-letters", DeadLetter.class);
    }
  }

  private static <T extends SpecificRecord> void lookUp(
      SchemaRegistry registry, String topic, Class<T> type) throws Exception {
    String subject = SubjectNames.ofValues(topic);
    int id = AvroWireEncoder.open(registry, subject, type, /* register= */ false).schemaId();
    assertThat(registry.byId(id).getName()).isEqualTo(type.getSimpleName());
  }

  private static int post(String url, Path schema) throws Exception {
    ObjectMapper json = new ObjectMapper();
    String body = json.createObjectNode().put("schema", Files.readString(schema)).toString();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .header("Content-Type", "application/vnd.schemaregistry.v1+json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).statusCode();
  }
}
