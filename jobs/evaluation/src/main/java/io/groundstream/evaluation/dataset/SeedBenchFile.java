package io.groundstream.evaluation.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.groundstream.evaluation.dataset.ChoiceQuestion.Choice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the questions about images of SEED-Bench.json; those about videos are left out. */
public final class SeedBenchFile {
  private static final String LETTERS = "ABCD";
  private static final String[] FIELDS = {"choice_a", "choice_b", "choice_c", "choice_d"};

  private SeedBenchFile() {}

  /** Reads the file. */
  public static List<ChoiceQuestion> read(Path file) throws DatasetException {
    Map<Long, String> types = types(file);
    List<ChoiceQuestion> questions = new ArrayList<>();
    JsonFile.readArrays(
        file,
        Map.of("questions", question -> add(question, types, questions)),
        "SEED-Bench.json, with questions");
    return questions;
  }

  private static void add(
      JsonFile.Element question, Map<Long, String> types, List<ChoiceQuestion> questions)
      throws DatasetException {
    if (!question.text("data_type").equals("image")) {
      return;
    }
    // As the authors' evaluation: everything behind "Answer:" is scored.
    String context = "Question: " + question.text("question") + " Answer:";
    List<Choice> choices = new ArrayList<>();
    for (String field : FIELDS) {
      choices.add(new Choice(context, " " + question.text(field)));
    }
    int answer = LETTERS.indexOf(question.text("answer"));
    if (answer < 0 || question.text("answer").length() != 1) {
      throw question.missing("answer", "A, B, C or D");
    }
    long type = question.integer("question_type_id");
    questions.add(
        new ChoiceQuestion(
            question.text("question_id"),
            question.text("data_id"),
            types.getOrDefault(type, "type " + type),
            choices,
            answer));
  }

  /** Reads the names of the types, which the file has under "question_type". */
  private static Map<Long, String> types(Path file) throws DatasetException {
    Map<Long, String> types = new HashMap<>();
    try {
      for (Map.Entry<String, JsonNode> entry :
          new JsonMapper().readTree(file.toFile()).path("question_type").properties()) {
        types.put(entry.getValue().asLong(), entry.getKey());
      }
    } catch (JsonProcessingException e) {
      throw new DatasetException(file + ": not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw JsonFile.unreadable(file, e);
    }
    return types;
  }
}
