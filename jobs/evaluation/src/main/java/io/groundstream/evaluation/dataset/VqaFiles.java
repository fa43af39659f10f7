package io.groundstream.evaluation.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads VQAv2's files of questions and of answers. */
public final class VqaFiles {
  private static final Pattern SPLIT = Pattern.compile("(train|val|test)(?:-dev)?(2014|2015)");

  private record Answers(List<String> texts, String type) {}

  private VqaFiles() {}

  /**
   * Reads the questions, with their answers where those are public.
   *
   * @param questions such as v2_OpenEnded_mscoco_val2014_questions.json, whose name says the split
   *     of the images
   * @param annotations such as v2_mscoco_val2014_annotations.json; null for a split of the server
   */
  public static List<VisualQuestion> read(Path questions, @Nullable Path annotations)
      throws DatasetException {
    Matcher split = SPLIT.matcher(String.valueOf(questions.getFileName()));
    if (!split.find()) {
      throw new DatasetException(
          questions
              + ": no split in its name (expected: such as"
              + " v2_OpenEnded_mscoco_val2014_questions.json)");
    }
    String prefix = "COCO_" + split.group(1) + split.group(2);
    Map<Long, Answers> answersById = new HashMap<>();
    if (annotations != null) {
      JsonFile.readArrays(
          annotations,
          Map.of("annotations", one -> answersById.put(one.integer("question_id"), answers(one))),
          "VQAv2's annotations");
    }
    List<VisualQuestion> result = new ArrayList<>();
    JsonFile.readArrays(
        questions,
        Map.of(
            "questions",
            question -> {
              long id = question.integer("question_id");
              Answers answers = answersById.get(id);
              if (annotations != null && answers == null) {
                throw question.missing("question_id", "one of those in " + annotations);
              }
              result.add(
                  new VisualQuestion(
                      id,
                      String.format(
                          Locale.ROOT, "%s_%012d.jpg", prefix, question.integer("image_id")),
                      question.text("question"),
                      answers == null ? List.of() : answers.texts(),
                      answers == null ? "" : answers.type()));
            }),
        "VQAv2's questions");
    return result;
  }

  private static Answers answers(JsonFile.Element annotation) throws DatasetException {
    List<String> texts = new ArrayList<>();
    for (JsonNode answer : annotation.array("answers")) {
      texts.add(annotation.at(answer, "answers").text("answer"));
    }
    if (texts.isEmpty()) {
      throw annotation.missing("answers", "ten of them");
    }
    String type = annotation.optionalText("answer_type");
    return new Answers(List.copyOf(texts), type == null ? "other" : type);
  }
}
