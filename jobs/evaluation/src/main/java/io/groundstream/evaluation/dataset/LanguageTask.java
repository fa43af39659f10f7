package io.groundstream.evaluation.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import io.groundstream.evaluation.dataset.ChoiceQuestion.Choice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The language tasks of Kosmos-1's paper, each from its dataset's own file. The paper says neither
 * the templates nor which part is scored; these are the plain ones: the text of the dataset, and
 * the choice as its continuation.
 */
public enum LanguageTask {
  /** HellaSwag's hellaswag_val.jsonl. */
  HELLASWAG("hellaswag", "hellaswag_val.jsonl", "ctx, endings and label"),
  /** PIQA's valid.jsonl, with valid-labels.lst beside it. */
  PIQA("piqa", "valid.jsonl", "goal, sol1 and sol2"),
  /** Winogrande's dev.jsonl: the sentence's end behind either option is scored. */
  WINOGRANDE("winogrande", "dev.jsonl", "sentence with _, option1, option2 and answer"),
  /** Winograd's questions in the same form: a sentence with a gap. */
  WINOGRAD("winograd", "winograd.jsonl", "sentence with _, option1, option2 and answer"),
  /** BoolQ's dev.jsonl. */
  BOOLQ("boolq", "dev.jsonl", "passage, question and answer"),
  /** SuperGLUE's CB val.jsonl. */
  CB("cb", "val.jsonl", "premise, hypothesis and label"),
  /** SuperGLUE's COPA val.jsonl. */
  COPA("copa", "val.jsonl", "premise, choice1, choice2, question and label"),
  /** StoryCloze's CSV. */
  STORYCLOZE(
      "storycloze",
      "cloze_test_val.csv",
      "a CSV with four sentences, two endings, and the right one's number");

  private static final String CLOZE_HEADER = "InputStoryid";

  private final String id;
  private final String fileName;
  private final String expected;

  LanguageTask(String id, String fileName, String expected) {
    this.id = id;
    this.fileName = fileName;
    this.expected = expected;
  }

  /** Returns the name on the command line. */
  public String id() {
    return id;
  }

  /** Returns what the dataset's file may be called. */
  public String fileName() {
    return fileName;
  }

  /**
   * Reads the task's file.
   *
   * @throws DatasetException if it is not the task's
   */
  public List<ChoiceQuestion> read(Path file) throws DatasetException {
    List<ChoiceQuestion> questions = new ArrayList<>();
    if (this == STORYCLOZE) {
      readCloze(file, questions);
    } else {
      List<String> labels = this == PIQA ? labels(file) : List.of();
      JsonFile.readLines(file, line -> questions.add(question(line, questions.size(), labels)));
      if (this == PIQA && labels.size() != questions.size()) {
        throw new DatasetException(
            file
                + ": "
                + questions.size()
                + " questions and "
                + labels.size()
                + " labels (expected: as many)");
      }
    }
    if (questions.isEmpty()) {
      throw new DatasetException(file + ": no question (expected: " + expected + ")");
    }
    return questions;
  }

  private ChoiceQuestion question(JsonFile.Element line, int index, List<String> labels)
      throws DatasetException {
    return switch (this) {
      case HELLASWAG -> {
        List<String> endings = new ArrayList<>();
        for (JsonNode ending : line.array("endings")) {
          endings.add(ending.asText());
        }
        yield of(index, same(line.text("ctx"), endings), answer(line, "label", 0, endings.size()));
      }
      case PIQA -> {
        String label = index < labels.size() ? labels.get(index) : "";
        if (!label.equals("0") && !label.equals("1")) {
          throw new DatasetException(
              line.place() + ": label " + JsonFile.brief(label) + " (expected: 0 or 1)");
        }
        yield of(
            index,
            same(line.text("goal"), List.of(line.text("sol1"), line.text("sol2"))),
            Integer.parseInt(label));
      }
      case WINOGRANDE, WINOGRAD -> gap(line, index);
      case BOOLQ ->
          of(
              index,
              same(
                  line.text("passage") + " Question: " + line.text("question") + "? Answer:",
                  List.of("no", "yes")),
              line.node().path("answer").isBoolean()
                  ? (line.node().path("answer").asBoolean() ? 1 : 0)
                  : answer(line, "answer", 0, 2));
      case CB -> {
        List<String> labelNames = List.of("entailment", "contradiction", "neutral");
        int answer = labelNames.indexOf(line.text("label").toLowerCase(Locale.ROOT));
        if (answer < 0) {
          throw line.missing("label", "one of " + labelNames);
        }
        yield of(
            index,
            same(
                line.text("premise")
                    + " Question: "
                    + line.text("hypothesis")
                    + " True, False, or Neither? Answer:",
                List.of("True", "False", "Neither")),
            answer);
      }
      case COPA -> copa(line, index);
      case STORYCLOZE -> throw new IllegalStateException("not of JSON lines");
    };
  }

  /** What follows the gap is scored, given the text up to it with each option in the gap. */
  private ChoiceQuestion gap(JsonFile.Element line, int index) throws DatasetException {
    String sentence = line.text("sentence");
    int gap = sentence.indexOf('_');
    if (gap < 0 || gap != sentence.lastIndexOf('_')) {
      throw line.missing("sentence", "one gap, written _");
    }
    List<Choice> choices = new ArrayList<>();
    for (String option : List.of(line.text("option1"), line.text("option2"))) {
      choices.add(new Choice(sentence.substring(0, gap) + option, sentence.substring(gap + 1)));
    }
    return of(index, choices, answer(line, "answer", 1, 2));
  }

  private ChoiceQuestion copa(JsonFile.Element line, int index) throws DatasetException {
    String relation =
        switch (line.text("question")) {
          case "cause" -> " because";
          case "effect" -> " so";
          default -> throw line.missing("question", "cause or effect");
        };
    String premise = line.text("premise").strip().replaceFirst("\\.$", "");
    List<String> choices = new ArrayList<>();
    for (String field : List.of("choice1", "choice2")) {
      String choice = line.text(field).strip();
      int first = choice.isEmpty() ? 0 : choice.offsetByCodePoints(0, 1);
      choices.add(choice.substring(0, first).toLowerCase(Locale.ROOT) + choice.substring(first));
    }
    return of(index, same(premise + relation, choices), answer(line, "label", 0, 2));
  }

  private void readCloze(Path file, List<ChoiceQuestion> questions) throws DatasetException {
    List<String> lines;
    try {
      lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw JsonFile.unreadable(file, e);
    }
    for (int number = 1; number <= lines.size(); number++) {
      String line = lines.get(number - 1);
      if (line.isBlank() || line.contains(CLOZE_HEADER)) {
        continue;
      }
      List<String> cells = cells(line);
      boolean answered = cells.size() == 8 && cells.get(7).strip().matches("[12]");
      if (!answered) {
        throw new DatasetException(
            file
                + ": line "
                + number
                + ": "
                + cells.size()
                + " cells (expected: id, "
                + expected
                + ")");
      }
      questions.add(
          of(
              questions.size(),
              same(String.join(" ", cells.subList(1, 5)), cells.subList(5, 7)),
              Integer.parseInt(cells.get(7).strip()) - 1));
    }
  }

  /** Splits a line at commas outside of quotation marks; a doubled mark within them is one. */
  private static List<String> cells(String line) {
    List<String> cells = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    boolean quoted = false;
    for (int index = 0; index < line.length(); index++) {
      char c = line.charAt(index);
      if (c == '"' && quoted && index + 1 < line.length() && line.charAt(index + 1) == '"') {
        cell.append('"');
        index++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        cells.add(cell.toString());
        cell.setLength(0);
      } else {
        cell.append(c);
      }
    }
    cells.add(cell.toString());
    return cells;
  }

  private static List<String> labels(Path questions) throws DatasetException {
    String name = String.valueOf(questions.getFileName()).replaceFirst("\\.jsonl$", "-labels.lst");
    Path labels = questions.resolveSibling(name);
    try {
      return Files.readAllLines(labels, StandardCharsets.UTF_8).stream()
          .map(String::strip)
          .filter(line -> !line.isEmpty())
          .toList();
    } catch (IOException e) {
      throw JsonFile.unreadable(labels, e);
    }
  }

  private static List<Choice> same(String context, List<String> continuations) {
    return continuations.stream().map(text -> new Choice(context, " " + text.strip())).toList();
  }

  private int answer(JsonFile.Element line, String field, int first, int count)
      throws DatasetException {
    long answer = line.integer(field) - first;
    if (answer < 0 || answer >= count) {
      throw line.missing(field, "from " + first + " to " + (first + count - 1));
    }
    return (int) answer;
  }

  private ChoiceQuestion of(int index, List<Choice> choices, int answer) throws DatasetException {
    if (choices.size() < 2) {
      throw new DatasetException(id + ": question " + index + " (expected: two choices or more)");
    }
    return new ChoiceQuestion(String.valueOf(index), null, id, choices, answer);
  }
}
