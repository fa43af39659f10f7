package io.groundstream.kosmos2;

import io.groundstream.kosmos2.engine.FinishReason;
import io.groundstream.kosmos2.engine.GenerationOptions;
import io.groundstream.kosmos2.engine.GenerationTimes;
import io.groundstream.kosmos2.text.CandidateScore;
import io.groundstream.kosmos2.text.GroundedText;
import io.groundstream.kosmos2.text.Prompt;
import io.groundstream.kosmos2.text.Task;
import java.util.List;

/**
 * The model's answer to one request.
 *
 * @param task the task of the request
 * @param prompt the prompt that the model read
 * @param generatedIds the generated token ids, including the end of sequence if the model chose it;
 *     for {@link Task#SCORE} those of the best candidate
 * @param probabilities the softmax of the raw logits at each generated token, in [0, 1]
 * @param grounded the parsed text: caption, answer, phrases with boxes
 * @param scores the scores of all candidates, in their order; empty except for {@link Task#SCORE}
 * @param finishReason why generation ended
 * @param options the options by which the tokens were generated: the request's, completed by the
 *     checkpoint's files and limited to the model's positions
 * @param times when each stage of the request was reached
 */
public record GroundedAnswer(
    Task task,
    Prompt prompt,
    int[] generatedIds,
    float[] probabilities,
    GroundedText grounded,
    List<CandidateScore> scores,
    FinishReason finishReason,
    GenerationOptions options,
    GenerationTimes times) {
  public GroundedAnswer {
    scores = List.copyOf(scores);
  }

  /** Creates an answer without candidates. */
  public GroundedAnswer(
      Task task,
      Prompt prompt,
      int[] generatedIds,
      float[] probabilities,
      GroundedText grounded,
      FinishReason finishReason,
      GenerationOptions options,
      GenerationTimes times) {
    this(
        task,
        prompt,
        generatedIds,
        probabilities,
        grounded,
        List.of(),
        finishReason,
        options,
        times);
  }
}
