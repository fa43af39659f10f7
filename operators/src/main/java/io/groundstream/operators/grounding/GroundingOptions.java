package io.groundstream.operators.grounding;

import io.groundstream.kosmos2.text.CandidateScore;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;

/** What is asked about images, and how many at a time. */
public final class GroundingOptions {
  public static final ConfigOption<List<String>> DEFAULT_TASKS =
      ConfigOptions.key("grounding.default-tasks")
          .stringType()
          .asList()
          .defaultValues("grounded-caption")
          .withDescription(
              "The requests for an event that has none itself, in no header, and of no rule;"
                  + " separated by semicolons. Each is a task, or TASK: TEXT such as"
                  + " phrase-grounding: a {attributes.product}, in which {attributes.NAME},"
                  + " {event_id}, {image_id} and {topic} stand for values of the event. Values are"
                  + " plain text, never tags. Tasks that need boxes are not possible.");

  public static final ConfigOption<Integer> MAX_NEW_TOKENS =
      ConfigOptions.key("grounding.max-new-tokens")
          .intType()
          .defaultValue(96)
          .withDescription("The maximum number of tokens in an answer.");

  public static final ConfigOption<Integer> NO_REPEAT_NGRAM_SIZE =
      ConfigOptions.key("grounding.no-repeat-ngram-size")
          .intType()
          .noDefaultValue()
          .withDescription(
              "If positive, no sequence of this many tokens occurs twice in prompt and answer. The"
                  + " Kosmos-2 paper's evaluation uses 3; 0 switches the rule off. Default: what"
                  + " the checkpoint says, see model.generation-config.");

  public static final ConfigOption<Integer> MIN_NEW_TOKENS =
      ConfigOptions.key("grounding.min-new-tokens")
          .intType()
          .defaultValue(0)
          .withDescription("The number of tokens before which an answer does not end.");

  public static final ConfigOption<Double> REPETITION_PENALTY =
      ConfigOptions.key("grounding.repetition-penalty")
          .doubleType()
          .defaultValue(1.0)
          .withDescription(
              "The factor by which tokens that are already in prompt or answer become less"
                  + " probable, up to 10; 1 is off.");

  public static final ConfigOption<Integer> BEAMS =
      ConfigOptions.key("grounding.beams")
          .intType()
          .defaultValue(1)
          .withDescription(
              "The number of beams of beam search, up to 10; 1 is greedy decoding. Each beam"
                  + " occupies a slot of the batch.");

  public static final ConfigOption<Double> LENGTH_PENALTY =
      ConfigOptions.key("grounding.length-penalty")
          .doubleType()
          .defaultValue(1.0)
          .withDescription(
              "Beam search divides an answer's logarithmic probability by its length to this power,"
                  + " from -10 to 10: a larger number favours longer answers.");

  public static final ConfigOption<Double> TEMPERATURE =
      ConfigOptions.key("grounding.temperature")
          .doubleType()
          .noDefaultValue()
          .withDescription(
              "If set, tokens are drawn at random with the model's distribution at this"
                  + " temperature, up to 10; 1 leaves the distribution as it is.");

  public static final ConfigOption<Integer> TOP_K =
      ConfigOptions.key("grounding.top-k")
          .intType()
          .noDefaultValue()
          .withDescription(
              "If set, tokens are drawn at random among this many most probable ones; 0 is all.");

  public static final ConfigOption<Double> TOP_P =
      ConfigOptions.key("grounding.top-p")
          .doubleType()
          .noDefaultValue()
          .withDescription(
              "If set, tokens are drawn at random among the fewest most probable ones that together"
                  + " have this probability.");

  public static final ConfigOption<Long> SEED =
      ConfigOptions.key("grounding.seed")
          .longType()
          .defaultValue(0L)
          .withDescription(
              "The seed of random numbers. The same seed draws the same answer to the same request,"
                  + " in any batch.");

  public static final ConfigOption<List<String>> STOP =
      ConfigOptions.key("grounding.stop")
          .stringType()
          .asList()
          .defaultValues()
          .withDescription(
              "An answer ends with the token after which its text, including tags, contains one of"
                  + " these texts; at most 16.");

  public static final ConfigOption<List<String>> BAD_WORDS =
      ConfigOptions.key("grounding.bad-words")
          .stringType()
          .asList()
          .defaultValues()
          .withDescription(
              "Texts that answers do not contain; at most 64. Each is excluded as the tokens that"
                  + " the tokenizer makes of it.");

  public static final ConfigOption<AllowedAnswers.Kind> CONSTRAINT =
      ConfigOptions.key("grounding.constraint")
          .enumType(AllowedAnswers.Kind.class)
          .defaultValue(AllowedAnswers.Kind.ANY)
          .withDescription(
              "Which answers tasks that ground may have. well-formed: phrases are closed and have"
                  + " boxes, and boxes have two corners in order. boxes: there is at least one"
                  + " box, too, except in referring-expression.");

  public static final ConfigOption<Integer> MAX_BOXES =
      ConfigOptions.key("grounding.max-boxes")
          .intType()
          .noDefaultValue()
          .withDescription(
              "The maximum number of boxes in an answer. Only with grounding.constraint.");

  public static final ConfigOption<List<String>> CHOICES =
      ConfigOptions.key("grounding.choices")
          .stringType()
          .asList()
          .defaultValues()
          .withDescription(
              "The possible answers to requests of the task question, such as yes;no; at most 64."
                  + " Default: any answer.");

  public static final ConfigOption<List<String>> CANDIDATES =
      ConfigOptions.key("grounding.candidates")
          .stringType()
          .asList()
          .defaultValues()
          .withDescription(
              "The texts that requests of the task score compare if they bring none, such as"
                  + " a dog;a cat; at most 64. grounding.default-tasks: 'score: It is' then"
                  + " classifies all images.");

  public static final ConfigOption<CandidateScore.Ranking> RANKING =
      ConfigOptions.key("grounding.ranking")
          .enumType(CandidateScore.Ranking.class)
          .defaultValue(CandidateScore.Ranking.SUM)
          .withDescription(
              "By which number the task score finds the best candidate: the sum of the logarithms"
                  + " of its tokens' probabilities, which favours short ones, or their mean.");

  public static final ConfigOption<String> DEMONSTRATIONS =
      ConfigOptions.key("grounding.demonstrations")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The URI of a JSON file with demonstrations, which the model is shown before the"
                  + " image of every event that brings none itself: a list of at most 7 objects"
                  + " with text and image_uri, relative to the file, or image_bytes in base64, and"
                  + " perhaps boxes. The file and its images are read once, when the job is"
                  + " submitted, and each device reads the demonstrations once for all events."
                  + " While there are any, n-grams may be repeated unless"
                  + " grounding.no-repeat-ngram-size is set.");

  public static final ConfigOption<Integer> CAPACITY =
      ConfigOptions.key("grounding.capacity")
          .intType()
          .defaultValue(64)
          .withDescription(
              "How many events a subtask works on at a time. They are part of every checkpoint,"
                  + " including the image bytes that they carry.");

  public static final ConfigOption<Boolean> ORDERED =
      ConfigOptions.key("grounding.ordered")
          .booleanType()
          .defaultValue(false)
          .withDescription(
              "Whether results leave in the order of their events. If true, a slow event, such"
                  + " as one whose image is on a slow host, holds up all later events. If false,"
                  + " events of the same image may overtake each other.");

  public static final ConfigOption<Integer> MAX_REQUESTS =
      ConfigOptions.key("grounding.max-requests")
          .intType()
          .defaultValue(32)
          .withDescription("The maximum number of requests in one event.");

  public static final ConfigOption<Integer> PREPARATION_THREADS =
      ConfigOptions.key("grounding.preparation-threads")
          .intType()
          .noDefaultValue()
          .withDescription(
              "How many threads of a task manager decode and resize images. Default: all"
                  + " processors, at least 2.");

  public static final ConfigOption<MemorySize> DECODING_MEMORY =
      ConfigOptions.key("grounding.decoding-memory")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(512))
          .withDescription(
              "The memory of a task manager that images may take while they are decoded, at 6"
                  + " bytes a pixel. The preparation threads share half of it. Images that are too"
                  + " large for a thread's share take turns in the other half. An image that is"
                  + " larger than that half is decoded while no other large image is.");

  public static final ConfigOption<Integer> MAX_ATTEMPTS =
      ConfigOptions.key("grounding.max-attempts")
          .intType()
          .defaultValue(3)
          .withDescription(
              "How often decoding and inference are tried before there is a dead letter. They"
                  + " are repeated only where that may help, such as when memory was short, and"
                  + " only within the event's deadline.");

  /**
   * The options that decide how requests are answered, in the order in which they are documented.
   */
  public static final List<ConfigOption<?>> ANSWERS =
      List.of(
          MAX_NEW_TOKENS,
          NO_REPEAT_NGRAM_SIZE,
          MIN_NEW_TOKENS,
          REPETITION_PENALTY,
          BEAMS,
          LENGTH_PENALTY,
          TEMPERATURE,
          TOP_K,
          TOP_P,
          SEED,
          STOP,
          BAD_WORDS,
          CONSTRAINT,
          MAX_BOXES,
          CHOICES,
          CANDIDATES,
          RANKING,
          DEMONSTRATIONS);

  private GroundingOptions() {}
}
