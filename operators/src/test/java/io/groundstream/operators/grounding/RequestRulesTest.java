package io.groundstream.operators.grounding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.groundstream.avro.ImageEvent;
import io.groundstream.avro.ImageRequest;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.operators.event.EventFacts;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.format.RequestsJson;
import io.groundstream.operators.settings.InvalidConfigurationException;
import io.groundstream.operators.settings.SettingsReader;
import io.groundstream.schemas.Ids;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestRulesTest {
  private static final int MOST = 3;

  private static RequestRules rules(String... options) throws InvalidConfigurationException {
    Map<String, String> configuration = new HashMap<>();
    for (int i = 0; i < options.length; i += 2) {
      configuration.put(options[i], options[i + 1]);
    }
    SettingsReader reader = new SettingsReader(configuration);
    RequestRules rules = RequestRules.read(reader, MOST);
    reader.throwIfWrong();
    return rules;
  }

  private static List<String> problems(String... options) {
    return catchThrowableOfType(InvalidConfigurationException.class, () -> rules(options))
        .problems();
  }

  private static EventRecord record(String... headers) {
    EventRecord record = new EventRecord();
    record.setTopic("shop");
    String[] names = new String[headers.length / 2];
    byte[][] values = new byte[headers.length / 2][];
    for (int i = 0; i < names.length; i++) {
      names[i] = headers[2 * i];
      values[i] = headers[2 * i + 1].getBytes(StandardCharsets.UTF_8);
    }
    record.setHeaderNames(names);
    record.setHeaderValues(values);
    return record;
  }

  private static ImageEvent event(Map<String, String> attributes) {
    return ImageEvent.newBuilder()
        .setEventId("e-1")
        .setImageId("i-1")
        .setAttributes(attributes)
        .build();
  }

  private static List<String> asked(RequestRules rules, ImageEvent event, EventRecord record)
      throws GroundingException {
    return rules.requests(event, record).stream()
        .map(request -> request.getTask() + "|" + request.getText())
        .toList();
  }

  @Test
  void textsAreFilledWithValuesOfTheEvent() throws Exception {
    RequestRules rules =
        rules(
            "grounding.default-tasks",
            "phrase-grounding: a {attributes.product} of {attributes.product}"
                + ";question: What is {image_id} of {event_id} in {topic}?;caption");

    assertThat(asked(rules, event(Map.of("product", "$1 \\ chair")), record()))
        .containsExactly(
            "phrase-grounding|a $1 \\ chair of $1 \\ chair",
            "question|What is i-1 of e-1 in shop?",
            "caption|null");
  }

  @Test
  void scoreNeedsTheJobsCandidates() throws Exception {
    assertThat(problems("grounding.default-tasks", "score: It is"))
        .singleElement()
        .asString()
        .contains("score needs grounding.candidates");
    assertThat(problems("grounding.default-tasks", "score: It is {image_id}"))
        .singleElement()
        .asString()
        .contains("{image_id}: not in a prompt");
    RequestRules rules =
        rules("grounding.default-tasks", "score: It is", "grounding.candidates", "a cat;a dog");
    assertThat(rules.requests(event(Map.of()), record()))
        .containsExactly(
            ImageRequest.newBuilder()
                .setTask("score")
                .setText("It is")
                .setCandidates(List.of("a cat", "a dog"))
                .setRanking("sum")
                .build());
  }

  @Test
  void valuesAreNeverTagsAndNeverMarkAPhrase() throws Exception {
    RequestRules rules =
        rules("grounding.default-tasks", "phrase-in-sentence: a man beside [{attributes.a}]");
    ImageEvent event = event(Map.of("a", "<phrase>x] and [y {topic}"));

    // The tag stays text, as in every task but prompt; a placeholder in a value stays itself.
    assertThat(asked(rules, event, record()))
        .containsExactly("phrase-in-sentence|a man beside [<phrase>x) and (y {topic}]");
    assertThat(problems("grounding.default-tasks", "prompt: <grounding> {attributes.a}"))
        .singleElement()
        .asString()
        .contains("{attributes.a}: not in a prompt");
    assertThat(asked(rules("grounding.default-tasks", "prompt: <grounding> A"), event, record()))
        .containsExactly("prompt|<grounding> A");
  }

  @Test
  void textsWithoutValuesAreCheckedAtStart() {
    assertThatThrownBy(() -> RequestTemplate.parse("phrase-in-sentence: a dog"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("one phrase in square brackets");
    assertThat(RequestTemplate.parse("phrase-in-sentence: [a dog]").text()).isEqualTo("[a dog]");
    // The value may have what is missing, or not: each event is checked.
    assertThat(RequestTemplate.parse("phrase-in-sentence: {image_id}").text())
        .isEqualTo("{image_id}");
  }

  @Test
  void aMissingAttributeIsNamed() throws Exception {
    RequestRules rules = rules("grounding.default-tasks", "question: Is it {attributes.product}?");

    for (Map<String, String> attributes :
        List.of(Map.<String, String>of(), Map.of("product", " "))) {
      GroundingException failure =
          catchThrowableOfType(
              GroundingException.class, () -> rules.requests(event(attributes), record()));
      assertThat(failure.errorCode().code()).isEqualTo("attribute-missing");
      assertThat(failure).hasMessageContaining("attributes.product");
    }
  }

  @Test
  void anEventOfAnArchiveHasNoTopic() throws Exception {
    RequestRules rules = rules("grounding.default-tasks", "question: Is it of {topic}?");

    GroundingException failure =
        catchThrowableOfType(
            GroundingException.class, () -> rules.requests(event(Map.of()), new EventRecord()));

    assertThat(failure.errorCode().code()).isEqualTo("attribute-missing");
    assertThat(failure).hasMessageStartingWith("topic: none, since");
    assertThat(rules.defaults()).allMatch(RequestTemplate::needsTopic);
  }

  @Test
  void theFirstRuleThatHoldsCountsInTheOrderOfNames() throws Exception {
    RequestRules rules =
        rules(
            "requests.rules.b.when", "camera == \"gate\"",
            "requests.rules.b.requests", "caption",
            "requests.rules.a.when", "camera=='gate' && attributes.lane != \"2\"",
            "requests.rules.a.requests", "detailed-caption;question: Who is {attributes.camera}?",
            "requests.rules.c.when", "header.kind == \"x y\"",
            "requests.rules.c.requests", "question: Which?",
            "requests.rules.d.when", "topic != \"shop\"",
            "requests.rules.d.requests", "question: Never?");

    assertThat(asked(rules, event(Map.of("camera", "gate")), record()))
        .containsExactly("detailed-caption|null", "question|Who is gate?");
    assertThat(asked(rules, event(Map.of("camera", "gate", "lane", "2")), record()))
        .containsExactly("caption|null");
    assertThat(asked(rules, event(Map.of()), record("kind", "x y")))
        .containsExactly("question|Which?");
    assertThat(asked(rules, event(Map.of()), record())).containsExactly("grounded-caption|null");
  }

  @Test
  void headersComeBeforeRules() throws Exception {
    RequestRules rules =
        rules("requests.rules.a.when", "topic == \"shop\"", "requests.rules.a.requests", "caption");
    EventRecord record =
        record("groundstream-task", "question: How many: 1 or 2?", "groundstream-task", "caption");

    assertThat(asked(rules, event(Map.of()), record))
        .containsExactly("question|How many: 1 or 2?", "caption|null");
    assertThat(asked(rules("requests.header", "ask"), event(Map.of()), record("ask", "caption")))
        .containsExactly("caption|null");
    record.setHeaderValues(new byte[][] {{(byte) 0xff}, null});
    assertThat(
            catchThrowableOfType(
                    GroundingException.class, () -> rules.requests(event(Map.of()), record))
                .errorCode()
                .code())
        .isEqualTo("header-invalid");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dance",
        "question",
        "caption: a text",
        "referring-expression",
        "question: {attributes.}",
        "question: {camera}",
        "caption;caption",
        "caption;grounded-caption;detailed-caption;question: too many?"
      })
  void impossibleRequestsAreReportedAtTheStart(String requests) {
    assertThat(problems("grounding.default-tasks", requests))
        .singleElement()
        .asString()
        .startsWith("grounding.default-tasks: " + requests);
    assertThat(
            problems("requests.rules.a.when", "a == \"b\"", "requests.rules.a.requests", requests))
        .singleElement()
        .asString()
        .startsWith("requests.rules.a.requests: " + requests);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "camera = \"gate\"",
        "camera == gate",
        "camera == \"gate",
        "camera == \"a\" || camera == \"b\"",
        "camera == \"a\" &&",
        "&& camera == \"a\"",
        ""
      })
  void impossibleConditionsAreReportedAtTheStart(String when) {
    assertThat(problems("requests.rules.a.when", when, "requests.rules.a.requests", "caption"))
        .first()
        .asString()
        .startsWith("requests.rules.a.when: ");
  }

  @Test
  void halvesOfRulesAreReportedAtTheStart() {
    assertThat(problems("requests.rules.a.when", "a == \"b\""))
        .singleElement()
        .asString()
        .isEqualTo(
            "requests.rules.a.when: half a rule (expected: also the key of the same rule that ends"
                + " with .requests)");
    assertThat(problems("requests.rules.a.requests", "caption"))
        .singleElement()
        .asString()
        .startsWith("requests.rules.a.requests: half a rule");
    assertThat(problems("requests.rules.a.task", "caption"))
        .singleElement()
        .asString()
        .contains("requests.rules.a.task");
  }

  @Test
  void aQuoteThatIsNotClosedIsReportedAtItsRule() {
    assertThat(
            problems(
                "requests.rules.a.when", "a == \"b\"", "requests.rules.a.requests", "'caption"))
        .singleElement()
        .asString()
        .startsWith("requests.rules.a.requests: ");
  }

  @Test
  void headersOfAReplayDoNotRaiseTheLimit() throws Exception {
    ImageEvent event = event(Map.of());
    event.setRequests(
        IntStream.rangeClosed(0, MOST)
            .mapToObj(
                index ->
                    ImageRequest.newBuilder().setRequestId("r" + index).setTask("caption").build())
            .toList());
    RequestRules rules = rules();

    for (Set<String> only :
        List.of(Set.<String>of(), Set.of("r0"), Set.of("r0", "r1", "r2", "r3"))) {
      assertThat(
              catchThrowableOfType(
                      GroundingException.class,
                      () -> AskedRequest.of(event, record(), rules, MOST, only))
                  .errorCode()
                  .code())
          .isEqualTo("too-many-requests");
    }
    // Nor do they for requests in headers.
    String[] headers = {
      "groundstream-task", "question: a", "groundstream-task", "question: b",
      "groundstream-task", "question: c", "groundstream-task", "question: d"
    };
    String id = Ids.requestId("question", "a", List.of());
    assertThat(
            catchThrowableOfType(
                    GroundingException.class,
                    () ->
                        AskedRequest.of(event(Map.of()), record(headers), rules, MOST, Set.of(id)))
                .errorCode()
                .code())
        .isEqualTo("too-many-requests");
  }

  @Test
  void aReplayFindsItsRequestAmongThoseOfTheRules() throws Exception {
    RequestRules rules = rules("grounding.default-tasks", "question: Is it {attributes.product}?");
    ImageEvent event = event(Map.of("product", "red"));
    ImageRequest request = rules.requests(event, record()).get(0);
    String id = Ids.requestId(request.getTask(), request.getText(), request.getBoxes());

    assertThat(AskedRequest.of(event, record(), rules, MOST, Set.of(id)))
        .extracting(AskedRequest::request)
        .containsExactly(request);
    // Also the one that the replay brings, after its text was edited, and needs another attribute.
    RequestRules edited = rules("grounding.default-tasks", "question: Which {attributes.size}?");
    EventRecord replay =
        record(
            EventFacts.REQUEST_TEXT_HEADER,
            new String(RequestsJson.write(request), StandardCharsets.UTF_8));
    assertThat(AskedRequest.of(event, replay, edited, MOST, Set.of(id)))
        .extracting(AskedRequest::id, asked -> asked.request().getText())
        .containsExactly(tuple(id, "Is it red?"));
    assertThat(
            catchThrowableOfType(
                    GroundingException.class,
                    () -> AskedRequest.of(event, replay, rules, MOST, Set.of("another")))
                .errorCode()
                .code())
        .isEqualTo("request-not-found");
    // Also that of a default task before the defaults changed.
    String earlier = Ids.requestId("caption", null, List.of());
    assertThat(AskedRequest.of(event, record(), rules, MOST, Set.of(earlier)))
        .extracting(asked -> asked.request().getTask())
        .containsExactly("caption");
  }
}
