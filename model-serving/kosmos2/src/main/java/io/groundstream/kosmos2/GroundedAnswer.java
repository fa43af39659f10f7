package io.groundstream.kosmos2;

import io.groundstream.kosmos2.engine.FinishReason;
import io.groundstream.kosmos2.engine.GenerationTimes;
import io.groundstream.kosmos2.text.GroundedText;
import io.groundstream.kosmos2.text.Prompt;
import io.groundstream.kosmos2.text.Task;

/**
 * The model's answer to one request.
 *
 * @param task what was asked
 * @param prompt what the model read
 * @param generatedIds what it wrote, with the end of the sequence where it chose it
 * @param probabilities softmax of the raw logits at each generated token, in [0, 1]
 * @param grounded what that says: caption, answer, phrases with boxes
 * @param finishReason why it ended
 * @param times when
 */
public record GroundedAnswer(
    Task task,
    Prompt prompt,
    int[] generatedIds,
    float[] probabilities,
    GroundedText grounded,
    FinishReason finishReason,
    GenerationTimes times) {}
